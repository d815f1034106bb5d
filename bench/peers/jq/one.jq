# Kubernetes Pod Created in Default Namespace:  jq -nc -f one.jq FILE
reduce (
  inputs
  | select(.verb == "create" and .objectRef.resource == "pods" and (.objectRef.namespace | IN("default", "kube-system", "kube-public")))
  | (.sourceIPs // ["0"])[] as $ip
  | (.user.groups // ["0"])[] as $group
  | {
      "objectRef.name": (.objectRef.name // "0"), "objectRef.namespace": .objectRef.namespace, "objectRef.resource": .objectRef.resource,
      requestReceivedTimestamp, requestURI, "responseStatus.code": (.responseStatus.code // 0 | tostring), src_ip: $ip, stage,
      "user.groups{}": $group, "user.uid": (.user.uid // "0"), user: (.user.username // "0"), userAgent: (.userAgent // "0"), verb
    }
  | tojson
) as $row ({}; .[$row] += 1)
| to_entries[]
| (.key | fromjson) + { count: .value }
