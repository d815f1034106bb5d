-- Kubernetes Pod Created in Default Namespace; every line is kept as JSON, fields are taken out of it where needed.
WITH created AS (
    SELECT json
    FROM read_ndjson_objects('{file}', maximum_object_size = 33554432)
    WHERE json_extract_string(json, '$.verb') = 'create'
        AND json_extract_string(json, '$.objectRef.resource') = 'pods'
        AND json_extract_string(json, '$.objectRef.namespace') IN ('default', 'kube-system', 'kube-public')
),
addressed AS (
    SELECT json, unnest(CASE WHEN json_array_length(json, '$.sourceIPs') > 0 THEN json_extract_string(json, '$.sourceIPs[*]') ELSE ['0'] END) AS ip FROM created
),
grouped AS (
    SELECT json, ip, unnest(CASE WHEN json_array_length(json, '$.user.groups') > 0 THEN json_extract_string(json, '$.user.groups[*]') ELSE ['0'] END) AS grp
    FROM addressed
)
SELECT
    coalesce(json_extract_string(json, '$.objectRef.name'), '0') AS "objectRef.name",
    coalesce(json_extract_string(json, '$.objectRef.namespace'), '0') AS "objectRef.namespace",
    coalesce(json_extract_string(json, '$.objectRef.resource'), '0') AS "objectRef.resource",
    coalesce(json_extract_string(json, '$.requestReceivedTimestamp'), '0') AS requestReceivedTimestamp,
    coalesce(json_extract_string(json, '$.requestURI'), '0') AS requestURI,
    coalesce(json_extract_string(json, '$.responseStatus.code'), '0') AS "responseStatus.code",
    ip AS src_ip,
    coalesce(json_extract_string(json, '$.stage'), '0') AS stage,
    grp AS "user.groups{}",
    coalesce(json_extract_string(json, '$.user.uid'), '0') AS "user.uid",
    coalesce(json_extract_string(json, '$.user.username'), '0') AS "user",
    coalesce(json_extract_string(json, '$.userAgent'), '0') AS userAgent,
    coalesce(json_extract_string(json, '$.verb'), '0') AS verb,
    count(*) AS count
FROM grouped
GROUP BY ALL
