-- Kubernetes Pod Created in Default Namespace; ClickHouse parses only the columns named.
SELECT
    if(objectRef.name = '', '0', objectRef.name) AS "objectRef.name", objectRef.namespace AS "objectRef.namespace", objectRef.resource AS "objectRef.resource",
    requestReceivedTimestamp, requestURI, toString(responseStatus.code) AS "responseStatus.code", ip AS src_ip, stage,
    grp AS "user.groups{}", if(user.uid = '', '0', user.uid) AS "user.uid", if(user.username = '', '0', user.username) AS "user",
    if(userAgent = '', '0', userAgent) AS userAgent, verb, count() AS count
FROM (
    SELECT *
    FROM file('{file}', 'JSONEachRow', '
        verb String, stage String, requestURI String, userAgent String, requestReceivedTimestamp String, sourceIPs Array(String),
        user Tuple(username String, uid String, groups Array(String)), objectRef Tuple(resource String, namespace String, name String),
        responseStatus Tuple(code UInt16)')
    WHERE objectRef.resource = 'pods' AND verb = 'create' AND objectRef.namespace IN ('default', 'kube-system', 'kube-public')
)
ARRAY JOIN if(empty(sourceIPs), ['0'], sourceIPs) AS ip
ARRAY JOIN if(empty(user.groups), ['0'], user.groups) AS grp
GROUP BY ALL
SETTINGS input_format_skip_unknown_fields = 1, input_format_json_ignore_unknown_keys_in_named_tuple = 1
