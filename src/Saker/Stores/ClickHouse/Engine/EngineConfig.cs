using System.Globalization;
using System.Xml.Linq;

namespace Saker.Stores.ClickHouse.Engine;

/// <summary>
/// The engine's configuration: one way in, for whoever knows the secret of this start; little memory; few threads. The same file serves the library
/// and the program.
/// </summary>
internal static class EngineConfig
{
    /// <summary>The header that must carry the secret.</summary>
    public const string SecretHeader = "X-Saker-Engine-Key";

    /// <summary>The only path that is answered.</summary>
    public const string QueryPath = "/query";

    public static XDocument Create(EngineOptions options, string secret) => new(
        new XElement(
            "clickhouse",
            new XElement("logger", new XElement("size", "10M"), new XElement("count", 2)),
            Server(options),
            new XElement("merge_tree", MergeTree(options).Select(Setting)),
            // The first rule that holds answers; without the header none does, and the engine says 404. The usual handlers (/, /ping, /play, /replicas_status) are not there.
            new XElement(
                "http_handlers",
                new XElement(
                    "rule",
                    new XElement("url", QueryPath),
                    new XElement("headers", new XElement(SecretHeader, secret)),
                    new XElement("handler", new XElement("type", "dynamic_query_handler"), new XElement("query_param_name", "query")))),
            // What follows only the program reads: the library has one user and no list of them.
            new XElement("users", new XElement("default", new XElement("password"), new XElement("networks", new XElement("ip", "127.0.0.1")), new XElement("profile", "default"), new XElement("quota", "default"))),
            new XElement("profiles", new XElement("default")),
            new XElement("quotas", new XElement("default"))));

    private static IEnumerable<XElement> Server(EngineOptions options) => new (string, long)[]
    {
        ("max_server_memory_usage", options.MemoryBytes),
        ("mark_cache_size", 32 << 20),
        ("primary_index_cache_size", 32 << 20),
        ("index_mark_cache_size", 4 << 20),
        ("uncompressed_cache_size", 0),
        ("index_uncompressed_cache_size", 0),
        ("compiled_expression_cache_size", 8 << 20),
        ("mmap_cache_size", 0),
        ("query_condition_cache_size", 0),
        ("max_concurrent_queries", 64),
        ("max_connections", 256),
        ("max_thread_pool_size", 200),
        ("max_thread_pool_free_size", 20),
        ("background_pool_size", 2),
        ("background_merges_mutations_concurrency_ratio", 1),
        ("background_move_pool_size", 1),
        ("background_fetches_pool_size", 1),
        ("background_common_pool_size", 2),
        ("background_schedule_pool_size", 8),
        ("background_message_broker_schedule_pool_size", 1),
        ("background_distributed_schedule_pool_size", 1),
        ("background_buffer_flush_schedule_pool_size", 1),
        ("tables_loader_foreground_pool_size", 2),
        ("tables_loader_background_pool_size", 2),
        ("asynchronous_metrics_update_period_s", 60),
        ("keep_alive_timeout", 30),
    }.Select(Setting);

    private static (string, long)[] MergeTree(EngineOptions options) =>
    [
        // They must not exceed the pool.
        ("number_of_free_entries_in_pool_to_execute_mutation", 1),
        ("number_of_free_entries_in_pool_to_lower_max_size_of_merge", 1),
        ("number_of_free_entries_in_pool_to_execute_optimize_entire_partition", 1),
        ("min_free_disk_bytes_to_perform_insert", options.FreeDiskBytes),
        ("merge_max_block_size_bytes", 4 << 20),
        ("max_bytes_to_merge_at_max_space_in_pool", 20L << 30),
    ];

    private static XElement Setting((string Name, long Value) setting) => new(setting.Name, setting.Value.ToString(CultureInfo.InvariantCulture));
}
