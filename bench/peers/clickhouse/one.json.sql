-- Kubernetes Pod Created in Default Namespace; every line is kept as text, fields are taken out of it where needed.
SELECT
    if(JSONExtractString(json, 'objectRef', 'name') = '', '0', JSONExtractString(json, 'objectRef', 'name')) AS "objectRef.name",
    JSONExtractString(json, 'objectRef', 'namespace') AS "objectRef.namespace",
    JSONExtractString(json, 'objectRef', 'resource') AS "objectRef.resource",
    JSONExtractString(json, 'requestReceivedTimestamp') AS requestReceivedTimestamp,
    JSONExtractString(json, 'requestURI') AS requestURI,
    toString(JSONExtractUInt(json, 'responseStatus', 'code')) AS "responseStatus.code",
    ip AS src_ip,
    JSONExtractString(json, 'stage') AS stage,
    grp AS "user.groups{}",
    if(JSONExtractString(json, 'user', 'uid') = '', '0', JSONExtractString(json, 'user', 'uid')) AS "user.uid",
    if(JSONExtractString(json, 'user', 'username') = '', '0', JSONExtractString(json, 'user', 'username')) AS "user",
    if(JSONExtractString(json, 'userAgent') = '', '0', JSONExtractString(json, 'userAgent')) AS userAgent,
    JSONExtractString(json, 'verb') AS verb,
    count() AS count
FROM (
    SELECT json
    FROM file('{file}', 'JSONAsString', 'json String')
    WHERE JSONExtractString(json, 'verb') = 'create'
        AND JSONExtractString(json, 'objectRef', 'resource') = 'pods'
        AND JSONExtractString(json, 'objectRef', 'namespace') IN ('default', 'kube-system', 'kube-public')
)
ARRAY JOIN if(JSONLength(json, 'sourceIPs') = 0, ['0'], JSONExtract(json, 'sourceIPs', 'Array(String)')) AS ip
ARRAY JOIN if(JSONLength(json, 'user', 'groups') = 0, ['0'], JSONExtract(json, 'user', 'groups', 'Array(String)')) AS grp
GROUP BY ALL
