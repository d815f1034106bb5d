-- Everything that happened. Days of arrival are the partitions, and what is kept long enough goes by the day: a replayed old data set spans many
-- days of _time and arrives on one.
-- The columns from verb to user_agent hold what the search language reads from raw and extra, for pruning; is_exact tells whether they say all of it.
-- batch and row name a row for good: an insert that may or may not have gone in is checked by them.
CREATE TABLE IF NOT EXISTS events
(
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    _indextime DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `index` LowCardinality(String),
    sourcetype LowCardinality(String),
    source LowCardinality(String),
    host LowCardinality(String),
    cluster LowCardinality(String),
    kind LowCardinality(String),
    is_view UInt8,
    is_exact UInt8,
    verb LowCardinality(String),
    user LowCardinality(String),
    namespace LowCardinality(String),
    resource LowCardinality(String),
    subresource LowCardinality(String),
    name String CODEC(ZSTD(1)),
    code LowCardinality(String),
    source_ips Array(LowCardinality(String)),
    user_agent LowCardinality(String),
    raw String CODEC(ZSTD(1)),
    extra String CODEC(ZSTD(1)),
    event_id UInt128,
    batch UInt64 CODEC(ZSTD(1)),
    row UInt32 CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(_indextime)
PRIMARY KEY (index, sourcetype, _time)
ORDER BY (index, sourcetype, _time, event_id)
TTL toDate(_indextime) + toIntervalDay({events_days})
SETTINGS index_granularity = 2048, index_granularity_bytes = 4194304, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
    non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
