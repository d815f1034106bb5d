namespace Saker.Stores;

/// <summary>
/// Does at once what many ask for at the same time, as a journal does with what it flushes: whoever comes first goes alone, and while that is under way the others gather and go next, together. A store that
/// is asked two hundred times in a second answers ten times sooner when it is asked five times. Thread-safe.
/// </summary>
/// <typeparam name="TAsked">What one asks for.</typeparam>
/// <typeparam name="TAnswer">What it is told.</typeparam>
/// <param name="together">Answers many, in their order. If it fails, all of them are told so, unless <paramref name="isOfAll"/> says that it may be the fault of one: then each is asked alone.</param>
/// <param name="isOfAll">Whether a failure concerns all alike, as that of a store that is away does.</param>
/// <param name="most">So many go together.</param>
internal sealed class Gathering<TAsked, TAnswer>(Func<IReadOnlyList<TAsked>, CancellationToken, Task<IReadOnlyList<TAnswer>>> together, Func<Exception, bool> isOfAll, int most = 256)
{
    private readonly Lock guard = new();
    private readonly List<Asker> waiting = [];
    private bool isUnderWay;

    /// <summary>
    /// Asks. Whoever cancels while it still waits is not asked for; who cancels later is told when the turn is over, which is cancelled itself once all in it are: when this returns nothing of it goes on.
    /// </summary>
    public async Task<TAnswer> AskAsync(TAsked asked, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var asker = new Asker(asked, cancellation);
        bool begins;
        lock (guard)
        {
            waiting.Add(asker);
            begins = !isUnderWay;
            isUnderWay = true;
        }

        using var leaving = cancellation.UnsafeRegister(_ => Leave(asker), null);
        if (begins)
        {
            await RunAsync().ConfigureAwait(false);
        }

        return await asker.Told.Task.ConfigureAwait(false);
    }

    private void Leave(Asker asker)
    {
        lock (guard)
        {
            if (!waiting.Remove(asker))
            {
                return;
            }
        }

        asker.Told.TrySetCanceled(asker.Cancellation);
    }

    /// <summary>The first asker's own turn; those that gathered meanwhile have theirs on another thread, so that it need not wait for them.</summary>
    private async Task RunAsync()
    {
        await TurnAsync().ConfigureAwait(false);
        lock (guard)
        {
            if (waiting.Count == 0)
            {
                isUnderWay = false;
                return;
            }
        }

        _ = Task.Run(RunAsync);
    }

    private async Task TurnAsync()
    {
        List<Asker> turn;
        lock (guard)
        {
            turn = waiting.GetRange(0, Math.Min(most, waiting.Count));
            waiting.RemoveRange(0, turn.Count);
        }

        if (turn.Count == 0)
        {
            return;
        }

        try
        {
            await TellAsync(turn).ConfigureAwait(false);
        }
        catch (Exception failure) when (turn.Count > 1 && failure is not OperationCanceledException && !isOfAll(failure))
        {
            foreach (var asker in turn)
            {
                try
                {
                    await TellAsync([asker]).ConfigureAwait(false);
                }
                catch (Exception own)
                {
                    asker.Told.TrySetException(own);
                }
            }
        }
        catch (Exception failure)
        {
            turn.ForEach(a => a.Told.TrySetException(failure));
        }
    }

    private async Task TellAsync(List<Asker> turn)
    {
        using var over = new CancellationTokenSource();
        var left = turn.Count;
        var leaving = turn.ConvertAll(a => a.Cancellation.UnsafeRegister(
            _ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    over.Cancel();
                }
            },
            null));
        try
        {
            var answers = await together(turn.ConvertAll(a => a.Asked), over.Token).ConfigureAwait(false);
            for (var i = 0; i < turn.Count; i++)
            {
                turn[i].Told.TrySetResult(answers[i]);
            }
        }
        finally
        {
            // Waits for one that is being called.
            leaving.ForEach(l => l.Dispose());
        }
    }

    private sealed class Asker(TAsked asked, CancellationToken cancellation)
    {
        public TAsked Asked { get; } = asked;

        public CancellationToken Cancellation { get; } = cancellation;

        public TaskCompletionSource<TAnswer> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
