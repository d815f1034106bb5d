namespace Saker.Cli.Connecting;

/// <summary>The configuration of each sender, as YAML documents with the file's name before each.</summary>
internal static class Senders
{
    public static IReadOnlyDictionary<string, Func<ConnectTarget, Func<string>, string>> All { get; } = new Dictionary<string, Func<ConnectTarget, Func<string>, string>>
    {
        ["kube-apiserver"] = ApiServer,
        ["otel-collector"] = (target, _) => Collector(target),
        ["falco"] = (target, _) => Falco(target),
        ["fluent-bit"] = (target, _) => FluentBit(target),
        ["eks"] = (target, _) => Eks(target),
    };

    private static string ApiServer(ConnectTarget target, Func<string> policy) => $$"""
        # 1. What to record. Put this on every control plane node as /etc/kubernetes/audit/policy.yaml.
        # It is derived from the searches of the detections that are loaded; print it anew when they change.
        ---
        {{policy().TrimEnd().ReplaceLineEndings("\n")}}

        # 2. The log file: the lossless way. The API server writes it whatever happens to the network or to saker, and it is followed over rotations.
        # These are flags of kube-apiserver, here for kubeadm (v1beta4 and later): kubeadm init phase control-plane apiserver --config FILE
        ---
        apiVersion: kubeadm.k8s.io/v1beta4
        kind: ClusterConfiguration
        apiServer:
          extraArgs:
            - {name: audit-policy-file, value: /etc/kubernetes/audit/policy.yaml}
            - {name: audit-log-path, value: /var/log/kubernetes/audit/audit.log}
            - {name: audit-log-maxsize, value: "100"}
            - {name: audit-log-maxbackup, value: "10"}
          extraVolumes:
            - {name: audit-policy, hostPath: /etc/kubernetes/audit, mountPath: /etc/kubernetes/audit, readOnly: true, pathType: DirectoryOrCreate}
            - {name: audit-log, hostPath: /var/log/kubernetes/audit, mountPath: /var/log/kubernetes/audit, pathType: DirectoryOrCreate}

        # Where saker runs on that node, this goes into its saker.yaml. Else let the collector bring the file: `saker connect otel-collector`.
        ---
        files:
          - paths: ["/var/log/kubernetes/audit/audit*.log*"]
            cluster: {{YamlText.Quote(target.Cluster)}}

        # 3. The webhook, where the file cannot be had: /etc/kubernetes/audit/webhook.yaml with the flags
        #   --audit-policy-file=/etc/kubernetes/audit/policy.yaml
        #   --audit-webhook-config-file=/etc/kubernetes/audit/webhook.yaml
        #   --audit-webhook-mode=batch
        # Its buffer is memory: what a restart of the API server finds there is lost.
        ---
        apiVersion: v1
        kind: Config
        clusters:
          - name: saker
            cluster:
              server: {{YamlText.Always(target.At("/audit/" + Uri.EscapeDataString(target.Cluster)))}}{{(target.IsTls ? "\n      # The authority that signed saker's certificate; without this line the system's.\n      # certificate-authority: /etc/kubernetes/audit/saker-ca.crt" : "")}}
        users:
          - name: kube-apiserver
            user:
              token: {{YamlText.Always(target.Token)}}
        contexts:
          - name: saker
            context: {cluster: saker, user: kube-apiserver}
        current-context: saker

        """;

    private static string Collector(ConnectTarget target) => $$"""
        # Values for the Splunk OpenTelemetry Collector's chart (0.150 and later; before, the receivers were called filelog and hostmetrics):
        #   helm repo add splunk-otel-collector-chart https://signalfx.github.io/splunk-otel-collector-chart
        #   helm upgrade --install saker-collector splunk-otel-collector-chart/splunk-otel-collector --namespace saker --create-namespace --values values.yaml
        ---
        clusterName: {{YamlText.Quote(target.Cluster)}}
        splunkPlatform:
          endpoint: {{YamlText.Always(target.At("/services/collector"))}}
          token: {{YamlText.Always(target.Token)}}
          index: kubernetes
          metricsIndex: kubernetes_metrics
          logsEnabled: true
          metricsEnabled: true
          # What cannot be delivered waits on the node's disk, for as long as it takes.
          retryOnFailure:
            enabled: true
            maxElapsedTime: 0s
          sendingQueue:
            persistentQueue:
              enabled: true
        agent:
          config:
            receivers:
              host_metrics:
                scrapers:
                  # Off by default; the detection of shells on worker nodes reads these.
                  process:
                    mute_process_all_errors: true
                    metrics:
                      process.cpu.utilization: {enabled: true}
                      process.memory.utilization: {enabled: true}
        logsCollection:
          # The API server's audit log, on control plane nodes.
          extraFileLogs:
            file_log/audit-log:
              include: [/var/log/kubernetes/audit/audit.log]
              start_at: beginning
              include_file_path: true
              include_file_name: false
              storage: file_storage
              max_log_size: 4MiB
              resource:
                host.name: EXPR(env("K8S_NODE_NAME"))
                com.splunk.source: /var/log/kubernetes/audit/audit.log
                com.splunk.sourcetype: kube:apiserver-audit

        """;

    private static string Falco(ConnectTarget target) => $$"""
        # Values for Falco's chart, with falcosidekick, which can send a token (Falco's own http_output cannot: it would need a client certificate).
        #   helm repo add falcosecurity https://falcosecurity.github.io/charts
        #   helm upgrade --install falco falcosecurity/falco --namespace falco --create-namespace --values values.yaml
        # Neither sends an alert again whose delivery failed. Falco's standard output does not get lost: collect it too with `saker connect otel-collector`.
        ---
        tty: true
        falco:
          json_output: true
          json_include_output_property: true
          json_include_output_fields_property: true
        falcosidekick:
          enabled: true
          config:
            customfields: {{YamlText.Always("k8s.cluster.name:" + target.Cluster)}}
            webhook:
              address: {{YamlText.Always(target.At("/falco"))}}
              customHeaders: {{YamlText.Always("Authorization:Bearer " + target.Token)}}

        """;

    private static string FluentBit(ConnectTarget target) => $$"""
        # Fluent Bit's own YAML (fluent-bit.yaml): the audit log and the containers' output over HEC.
        ---
        service:
          # What cannot be delivered waits on disk.
          storage.path: /var/lib/fluent-bit/buffer
          storage.sync: full
          storage.backlog.mem_limit: 50M
        pipeline:
          inputs:
            - name: tail
              tag: audit
              path: /var/log/kubernetes/audit/audit.log
              db: /var/lib/fluent-bit/audit.db
              read_from_head: true
              buffer_chunk_size: 1M
              buffer_max_size: 8M
              storage.type: filesystem
            - name: tail
              tag: containers.*
              path: /var/log/containers/*.log
              multiline.parser: docker, cri
              db: /var/lib/fluent-bit/containers.db
              storage.type: filesystem
          outputs:
            - name: splunk
              match: audit
              host: {{YamlText.Quote(target.Host)}}
              port: {{target.Port}}
              tls: {{(target.IsTls ? "on" : "off")}}
              splunk_token: {{YamlText.Always(target.Token)}}
              event_key: $log
              event_source: kubernetes
              event_sourcetype: kube:apiserver-audit
              event_host: {{YamlText.Quote(target.Cluster)}}
              compress: gzip
              retry_limit: no_limits
            - name: splunk
              match: containers.*
              host: {{YamlText.Quote(target.Host)}}
              port: {{target.Port}}
              tls: {{(target.IsTls ? "on" : "off")}}
              splunk_token: {{YamlText.Always(target.Token)}}
              event_key: $log
              compress: gzip
              retry_limit: no_limits

        """;

    private static string Eks(ConnectTarget target) => $$$"""
        # EKS writes its control plane's log to CloudWatch; a subscription gives it to Amazon Data Firehose, which posts it to saker.
        # Firehose wants https on port 443 and a certificate that a public authority signed.{{{(target.IsTls && target.Port == 443 ? "" : $"\n# {YamlText.Comment(target.Server.ToString())} is not such an address: put one in front, and name it with --server.")}}}
        #   aws eks update-cluster-config --name {{{YamlText.Comment(target.Cluster)}}} --logging '{"clusterLogging":[{"types":["audit","authenticator"],"enabled":true}]}'
        #   aws cloudformation deploy --stack-name saker --template-file saker.yaml --capabilities CAPABILITY_IAM
        ---
        AWSTemplateFormatVersion: "2010-09-09"
        Description: The audit log of an EKS cluster, from CloudWatch to saker
        Resources:
          Undelivered:
            Type: AWS::S3::Bucket
            Properties:
              PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
          DeliveryRole:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}
              Policies:
                - PolicyName: undelivered
                  PolicyDocument:
                    Version: "2012-10-17"
                    Statement:
                      - Effect: Allow
                        Action: ["s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject"]
                        Resource: [{"Fn::GetAtt": [Undelivered, Arn]}, {"Fn::Sub": "${Undelivered.Arn}/*"}]
          Delivery:
            Type: AWS::KinesisFirehose::DeliveryStream
            Properties:
              DeliveryStreamType: DirectPut
              HttpEndpointDestinationConfiguration:
                EndpointConfiguration:
                  Name: saker
                  Url: {{{YamlText.Always(target.At("/firehose"))}}}
                  AccessKey: {{{YamlText.Always(target.Token)}}}
                RequestConfiguration:
                  ContentEncoding: GZIP
                  CommonAttributes:
                    - AttributeName: cluster
                      AttributeValue: {{{YamlText.Always(target.Cluster)}}}
                BufferingHints: {IntervalInSeconds: 60, SizeInMBs: 4}
                RetryOptions: {DurationInSeconds: 7200}
                S3BackupMode: FailedDataOnly
                RoleARN: {"Fn::GetAtt": [DeliveryRole, Arn]}
                S3Configuration:
                  BucketARN: {"Fn::GetAtt": [Undelivered, Arn]}
                  RoleARN: {"Fn::GetAtt": [DeliveryRole, Arn]}
                  CompressionFormat: GZIP
          SubscriptionRole:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Principal: {Service: {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}}, Action: "sts:AssumeRole"}
              Policies:
                - PolicyName: deliver
                  PolicyDocument:
                    Version: "2012-10-17"
                    Statement:
                      - {Effect: Allow, Action: ["firehose:PutRecord", "firehose:PutRecordBatch"], Resource: {"Fn::GetAtt": [Delivery, Arn]}}
          Subscription:
            Type: AWS::Logs::SubscriptionFilter
            Properties:
              LogGroupName: {{{YamlText.Always($"/aws/eks/{target.Cluster}/cluster")}}}
              FilterPattern: ""
              DestinationArn: {"Fn::GetAtt": [Delivery, Arn]}
              RoleArn: {"Fn::GetAtt": [SubscriptionRole, Arn]}

        """;
}
