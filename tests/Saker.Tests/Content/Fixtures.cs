namespace Saker.Tests.Content;

/// <summary>The same detection as each generation of the schema writes it.</summary>
internal static class Fixtures
{
    public const string GenerationA = """
        name: Pods Listed
        id: 7c5b6c3e-7d0e-4e58-9d7c-8f3d7f0f5a11
        version: 3
        date: '2024-05-12'
        author: Someone
        status: production
        type: TTP
        description: Lists pods.
        data_source:
        - Kubernetes Audit
        search: '`kube_audit` verb=list | stats count by user src_ip | `pods_listed_filter`'
        how_to_implement: As usual.
        known_false_positives: unknown
        references:
        - https://example.com/
        tags:
          analytic_story:
          - Kubernetes Security
          asset_type: Kubernetes
          confidence: 70
          impact: 70
          message: $user$ lists $objectRef.name$
          mitre_attack_id:
          - T1059.004
          observable:
          - name: user
            type: User
            role:
            - Victim
          - name: dest
            type: Hostname
            role:
            - Victim
          - name: src_ip
            type: IP Address
            role:
            - Attacker
          - name: process_name
            type: Process Name
            role:
            - Attacker
          product:
          - Splunk Enterprise
          required_fields:
          - verb
          risk_score: 49
          security_domain: endpoint
        tests:
        - name: True Positive Test
          attack_data:
          - data: https://example.com/pods.json
            source: kubernetes
            sourcetype: _json
            update_timestamp: true
        """;

    public const string GenerationB = """
        name: Pods Listed
        id: 7c5b6c3e-7d0e-4e58-9d7c-8f3d7f0f5a11
        version: 4
        date: '2025-05-02'
        author: Someone
        status: production
        type: Anomaly
        description: Lists pods.
        search: '`kube_audit` verb=list | stats count by user src_ip | `pods_listed_filter`'
        how_to_implement: As usual.
        known_false_positives: unknown
        drilldown_searches:
        - name: Results for $user$
          search: '%original_detection_search% | search user = "$user$"'
          earliest_offset: $info_min_time$
          latest_offset: $info_max_time$
        rba:
          message: $user$ lists pods
          risk_objects:
          - field: user
            type: user
            score: 49
          threat_objects:
          - field: src_ip
            type: ip_address
        tags:
          analytic_story:
          - Kubernetes Security
          asset_type: Kubernetes
          mitre_attack_id:
          - T1046
          product:
          - Splunk Enterprise
          security_domain: network
          throttling:
            fields:
            - user
            period: 86400s
        """;

    public const string GenerationC = """
        name: Pods Listed
        id: 7c5b6c3e-7d0e-4e58-9d7c-8f3d7f0f5a11
        version: 5
        creation_date: '2024-05-12'
        modification_date: '2026-03-10'
        author: Someone
        status: production
        type: Anomaly
        description: Lists pods.
        search: |-
          `kube_audit` verb=list
          | stats count BY user src_ip
          | `pods_listed_filter`
        how_to_implement: As usual.
        known_false_positives: unknown
        intermediate_findings:
          entities:
          - field: user
            type: user
            score: 20
            message: $user$ lists pods
          - field: dest
            type: system
            score: 30
            message: Pods of [$dest$] are listed
        threat_objects:
        - field: src_ip
          type: ip_address
        analytic_story:
        - Kubernetes Security
        asset_type: Kubernetes
        product:
        - Splunk Enterprise
        category:
        - Cloud Security
        security_domain: network
        mitre_attack_id:
        - T1046
        custom_schedule:
          cron_schedule: '*/5 * * * *'
          earliest_time: -15m@m
          latest_time: now
          schedule_window: 5
        tests:
        - name: True Positive Test
          test_type: unit
          attack_data:
          - data: https://example.com/pods.json
            source: kubernetes
            sourcetype: _json
        """;

    public const string GenerationCFinding = """
        name: Pods Listed
        id: 7c5b6c3e-7d0e-4e58-9d7c-8f3d7f0f5a11
        version: 5
        creation_date: '2024-05-12'
        modification_date: '2026-03-10'
        author: Someone
        status: production
        type: TTP
        description: Lists pods.
        search: verb=list | `pods_listed_filter`
        finding:
          title: $user$ lists pods
          entity:
            field: user
            type: user
            score: 50
        analytic_story:
        - Kubernetes Security
        asset_type: Kubernetes
        security_domain: endpoint
        mitre_attack_id:
        - T1046
        """;
}
