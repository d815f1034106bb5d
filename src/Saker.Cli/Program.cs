return await Saker.Cli.CommandLine.RunAsync(args).ConfigureAwait(false);
