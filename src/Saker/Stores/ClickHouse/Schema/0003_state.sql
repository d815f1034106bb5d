-- State: the newest version of each key is what counts (read with FINAL). body is a JSON object.
-- windows is the ledger, deliveries the outbox of notifications, audit_trail who did what, settings what people changed at run time.
CREATE TABLE IF NOT EXISTS windows
(
    key String CODEC(ZSTD(1)),
    `group` String CODEC(ZSTD(1)),
    version Int64 CODEC(ZSTD(1)),
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX groups `group` TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, min_bytes_for_wide_part = 268435456, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS risk_events
(
    key String CODEC(ZSTD(1)),
    `group` String CODEC(ZSTD(1)),
    version Int64 CODEC(ZSTD(1)),
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX groups `group` TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, min_bytes_for_wide_part = 268435456, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS findings
(
    key String CODEC(ZSTD(1)),
    `group` String CODEC(ZSTD(1)),
    version Int64 CODEC(ZSTD(1)),
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX groups `group` TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, min_bytes_for_wide_part = 268435456, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS deliveries
(
    key String CODEC(ZSTD(1)),
    `group` String CODEC(ZSTD(1)),
    version Int64 CODEC(ZSTD(1)),
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX groups `group` TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, min_bytes_for_wide_part = 268435456, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS exceptions
(
    key String CODEC(ZSTD(1)),
    `group` String CODEC(ZSTD(1)),
    version Int64 CODEC(ZSTD(1)),
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX groups `group` TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, min_bytes_for_wide_part = 268435456, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS audit_trail
(
    key String CODEC(ZSTD(1)),
    `group` String CODEC(ZSTD(1)),
    version Int64 CODEC(ZSTD(1)),
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX groups `group` TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, min_bytes_for_wide_part = 268435456, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS settings
(
    key String CODEC(ZSTD(1)),
    `group` String CODEC(ZSTD(1)),
    version Int64 CODEC(ZSTD(1)),
    _time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    body String CODEC(ZSTD(1)),
    INDEX groups `group` TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS index_granularity = 256, min_bytes_for_wide_part = 268435456, fsync_after_insert = 1, fsync_part_directory = 1;

