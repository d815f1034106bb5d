-- Kubernetes Pod Created in Default Namespace; DuckDB parses only the columns named.
SELECT
    coalesce(objectRef.name, '0') AS "objectRef.name", coalesce(objectRef.namespace, '0') AS "objectRef.namespace",
    coalesce(objectRef.resource, '0') AS "objectRef.resource", coalesce(requestReceivedTimestamp, '0') AS requestReceivedTimestamp,
    coalesce(requestURI, '0') AS requestURI, coalesce(responseStatus.code, '0') AS "responseStatus.code", ip AS src_ip, coalesce(stage, '0') AS stage,
    grp AS "user.groups{}", coalesce("user".uid, '0') AS "user.uid", coalesce("user".username, '0') AS "user", coalesce(userAgent, '0') AS userAgent,
    coalesce(verb, '0') AS verb, count(*) AS count
FROM (
    SELECT *, unnest(coalesce("user".groups, ['0'])) AS grp
    FROM (
        SELECT *, unnest(coalesce(sourceIPs, ['0'])) AS ip
        FROM read_json('{file}', format = 'newline_delimited', maximum_object_size = 33554432, columns = {
            verb: 'VARCHAR', stage: 'VARCHAR', requestURI: 'VARCHAR', userAgent: 'VARCHAR', requestReceivedTimestamp: 'VARCHAR',
            sourceIPs: 'VARCHAR[]', "user": 'STRUCT(username VARCHAR, uid VARCHAR, groups VARCHAR[])',
            objectRef: 'STRUCT(resource VARCHAR, namespace VARCHAR, name VARCHAR)', responseStatus: 'STRUCT(code VARCHAR)'})
        WHERE objectRef.resource = 'pods' AND verb = 'create' AND objectRef.namespace IN ('default', 'kube-system', 'kube-public')
    )
)
GROUP BY ALL
