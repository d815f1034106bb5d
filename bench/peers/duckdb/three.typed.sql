-- Kubernetes Pod Created in Default Namespace, Kubernetes Suspicious Image Pulling and Kubernetes Access Scanning over one reading of the file.
WITH hits AS MATERIALIZED (
    SELECT
        objectRef.resource = 'pods' AND verb = 'create' AND objectRef.namespace IN ('default', 'kube-system', 'kube-public') AS is_created,
        starts_with(requestObject.message, 'Pulling image') AND NOT coalesce(contains(objectRef.name, 'splunk') OR contains(objectRef.name, 'falco'), false) AS is_pulled,
        responseStatus.code = '403' AND list_contains("user".groups, 'system:unauthenticated') AS is_denied,
        *
    FROM read_json('{file}', format = 'newline_delimited', maximum_object_size = 33554432, columns = {
        verb: 'VARCHAR', stage: 'VARCHAR', requestURI: 'VARCHAR', userAgent: 'VARCHAR', requestReceivedTimestamp: 'VARCHAR',
        sourceIPs: 'VARCHAR[]', "user": 'STRUCT(username VARCHAR, uid VARCHAR, groups VARCHAR[])',
        objectRef: 'STRUCT(resource VARCHAR, namespace VARCHAR, name VARCHAR)', responseStatus: 'STRUCT(code VARCHAR)',
        requestObject: 'STRUCT(message VARCHAR)'})
    WHERE is_created OR is_pulled OR is_denied
),
told AS (
    SELECT 'kubernetes_pod_created_in_default_namespace' AS detection, * FROM hits WHERE is_created
    UNION ALL
    SELECT 'kubernetes_suspicious_image_pulling' AS detection, * FROM hits WHERE is_pulled
),
addressed AS (
    SELECT *, unnest(coalesce(sourceIPs, ['0'])) AS ip FROM told
),
grouped AS (
    SELECT *, unnest(coalesce("user".groups, ['0'])) AS grp FROM addressed
)
SELECT
    detection,
    coalesce(objectRef.name, '0') AS "objectRef.name", coalesce(objectRef.namespace, '0') AS "objectRef.namespace",
    coalesce(objectRef.resource, '0') AS "objectRef.resource", coalesce(requestReceivedTimestamp, '0') AS requestReceivedTimestamp,
    coalesce(requestURI, '0') AS requestURI, coalesce(responseStatus.code, '0') AS "responseStatus.code", ip AS src_ip, coalesce(stage, '0') AS stage,
    grp AS "user.groups{}", coalesce("user".uid, '0') AS "user.uid", coalesce("user".username, '0') AS "user", coalesce(userAgent, '0') AS userAgent,
    coalesce(verb, '0') AS verb, count(*) AS count
FROM grouped
GROUP BY ALL
UNION ALL BY NAME
SELECT 'kubernetes_access_scanning' AS detection, ip AS src_ip, count(*) AS count
FROM (SELECT unnest(sourceIPs) AS ip FROM hits WHERE is_denied)
GROUP BY ALL
HAVING count(*) > 5
