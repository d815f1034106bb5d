-- Metric data points: raw is the point as a JSON object, with metric_name, _value and the dimensions.
CREATE TABLE IF NOT EXISTS metrics
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
    metric_name LowCardinality(String),
    process LowCardinality(String),
    raw String CODEC(ZSTD(1)),
    extra String CODEC(ZSTD(1)),
    event_id UInt128,
    batch UInt64 CODEC(ZSTD(1)),
    row UInt32 CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(_indextime)
PRIMARY KEY (index, metric_name, _time)
ORDER BY (index, metric_name, _time, event_id)
TTL toDate(_indextime) + toIntervalDay({metrics_days})
SETTINGS index_granularity = 8192, index_granularity_bytes = 4194304, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1,
    non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
