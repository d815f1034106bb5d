namespace Saker.Spl.Planning;

/// <summary>
/// Splunk's Common Information Model as far as searches ask of it: for each data set the events that belong to it and where its
/// fields come from. A field that the table does not name is the event's field of that name.
/// </summary>
public static class DataModels
{
    // model
    //   dataset [< parent]: the search that its events fulfil
    //     name             the event's field of that name
    //     name?            the same, or `unknown` where it is absent (as CIM fills it)
    //     name = a | b     the first of these that is there
    //     name := eval     an eval expression
    internal const string Table = """
        Endpoint
          Processes: (process=* OR process_name=* OR process_exec.process.binary=* OR proc.name=*) NOT (EventCode=* NOT EventCode IN (1, 4688)) NOT (EventID=* NOT EventID IN (1, 4688)) NOT tag IN (filesystem, registry, change)
            action? dest? = dest | Computer | k8s.node.name | host
            user? = user | User | user.name
            process? = process | CommandLine | process_exec.process.arguments | proc.cmdline
            process_name? = process_name | proc.name
            process_path? = process_path | Image | process_exec.process.binary | proc.exepath
            process_id? = process_id | ProcessId | process_exec.process.pid | proc.pid
            process_guid? = process_guid | ProcessGuid | process_exec.process.exec_id
            process_exec? process_hash? process_integrity_level? process_current_directory? os? original_file_name? vendor_product? user_id?
            parent_process? = parent_process | ParentCommandLine | process_exec.parent.arguments | proc.pcmdline
            parent_process_name? = parent_process_name | proc.pname
            parent_process_path? = parent_process_path | ParentImage | process_exec.parent.binary
            parent_process_id? = parent_process_id | ParentProcessId | process_exec.parent.pid | proc.ppid
            parent_process_guid? = parent_process_guid | ParentProcessGuid | process_exec.parent.exec_id
            parent_process_exec? tag
          Filesystem: (file_path=* OR file_name=*) NOT (EventCode=* NOT EventCode IN (2, 11, 15, 23, 26, 4663)) NOT (EventID=* NOT EventID IN (2, 11, 15, 23, 26, 4663))
            action? dest? = dest | Computer | k8s.node.name | host
            file_path? = file_path | TargetFilename | fd.name
            file_name? file_hash? file_acl? file_size file_create_time file_modify_time file_access_time
            process_guid? process_id? process_name? process_path? user? vendor_product? tag
          Registry: registry_path=* OR registry_key_name=* OR TargetObject=*
            action? dest? = dest | Computer | host
            registry_path? = registry_path | TargetObject
            registry_value_data? = registry_value_data | Details
            registry_key_name? registry_value_name? registry_value_text? registry_value_type? registry_hive? process_guid? process_id? status? user? vendor_product? tag
          Services: service=* OR service_name=*
            dest? description? process_guid? process_id? service? service_dll? service_exec? service_hash? service_id? service_name? service_path? start_mode? status? user? vendor_product? tag
          Ports: tag=listening tag=port
            creation_time dest? dest_port dest_requires_av process_guid? process_id? src? src_port state? transport? transport_dest_port? user? vendor_product? tag
        Network_Traffic
          All_Traffic: dest_ip=* OR dest_port=* OR (tag=network tag=communicate)
            action? app? channel dest? = dest | dest_ip | dest_host
            dest_ip dest_port = dest_port | destPort | dst_port
            dest_zone? direction? dvc? protocol? protocol_version? rule? session_id? src? = src | src_ip | src_host
            src_ip src_port src_zone? transport? user? vendor_product? bytes bytes_in bytes_out packets packets_in packets_out duration flow_id process_id tag
        Authentication
          Authentication: (tag=authentication OR (action IN (success, failure) user=*) OR authentication_method=*) NOT (action=success user="*$")
            action? app? authentication_method? dest? = dest | Computer | host
            reason? signature? signature_id? src? = src | src_ip | sourceIPs{}
            src_user? user? = user | user.username
            user_id? user_role? user_agent? = user_agent | userAgent
            vendor_account? tag
          Failed_Authentication < Authentication: action=failure
          Successful_Authentication < Authentication: action=success
          Default_Authentication < Authentication: tag=default
          Privileged_Authentication < Authentication: tag=privileged
          Insecure_Authentication < Authentication: tag IN (cleartext, insecure)
        Web
          Web: url=* OR uri_path=* OR (tag=web http_method=*)
            action? app? bytes bytes_in bytes_out cached category? cookie? dest? = dest | dest_ip | host
            dest_port duration http_content_type? http_method? http_referrer? http_referrer_domain? http_user_agent? http_user_agent_length site? src? = src | src_ip | clientip | remote_addr
            status? uri_path? uri_query? url? url_domain? url_length user? vendor_product? tag
          Proxy < Web: tag=proxy
          Storage < Web: tag=storage
        Change
          All_Changes: tag=change OR (verb IN (create, update, patch, delete, deletecollection) objectRef.resource=*)
            action := coalesce(action, case(verb="create", "created", verb="update" OR verb="patch", "modified", verb="delete" OR verb="deletecollection", "deleted"), "unknown")
            change_type := coalesce(change_type, if(isnotnull(verb), "Kubernetes", "unknown"))
            command? = command | verb
            dest? = dest | cluster | host
            dvc? object? = object | objectRef.name
            object_attrs? object_category? = object_category | objectRef.resource
            object_id? = object_id | objectRef.uid
            object_path? = object_path | requestURI
            result? result_id? = result_id | responseStatus.code
            src? = src | src_ip | sourceIPs{}
            status := coalesce(status, case('responseStatus.code'<400, "success", 'responseStatus.code'>=400, "failure"), "unknown")
            user? = user | user.username
            user_agent? = user_agent | userAgent
            user_name? user_type? vendor_account? vendor_product? vendor_region? tag
          Auditing_Changes < All_Changes: tag=audit
          Endpoint_Changes < All_Changes: tag=endpoint
          Network_Changes < All_Changes: tag=network
          Account_Management < All_Changes: tag=account
            src_user? = src_user | user.username
            src_nt_domain? dest_nt_domain?
          Instance_Changes < All_Changes: tag=instance
            image_id? instance_type?
        Change_Analysis
          All_Changes: tag=change
            action? dest? object? object_category? result? src? status? user? vendor_product? tag
        Risk
          All_Risk: index=risk OR tag=risk OR (risk_object=* risk_score=*)
            risk_object? risk_object_type? risk_score calculated_risk_score = calculated_risk_score | risk_score
            risk_message? source? tag threat_object? threat_object_type?
            analyticstories = analyticstories | annotations._all | analytic_story | analyticStories{}
        Email
          All_Email: tag=email OR (recipient=* src_user=*)
            action? delay dest? duration file_hash? file_name? file_size internal_message_id? message_id? message_info? orig_dest? orig_recipient? orig_src? process? process_id? protocol? recipient? recipient_count recipient_domain? recipient_status? response_time return_addr? size src? src_user? src_user_domain? status_code? subject? url? user? vendor_product? xdelay xref? tag
        Network_Resolution
          DNS: query=* OR (tag=network tag=resolution tag=dns)
            additional_answer_count answer? answer_count authority_answer_count dest? = dest | dest_ip
            dest_port duration message_type? name? query? query_count query_type? record_type? reply_code? reply_code_id response_time src? = src | src_ip
            src_port transaction_id transport? ttl vendor_product? flow_id tag
        Network_Sessions
          All_Sessions: tag=network tag=session
            action? dest_bunit dest_dns? dest_ip? dest_mac? dest_nt_host? duration response_time signature? signature_id? src_dns? src_ip? src_mac? src_nt_host? user? vendor_product? tag
          DHCP < All_Sessions: tag=dhcp
            lease_duration lease_scope?
          VPN < All_Sessions: tag=vpn
        Intrusion_Detection
          IDS_Attacks: (tag=ids tag=attack) OR (signature=* severity=* (ids_type=* OR category=*))
            action? category? dest? = dest | dest_ip
            dest_port dvc? file_hash? file_name? file_path? ids_type? severity? severity_id? signature? signature_id? src? = src | src_ip
            src_port transport? user? vendor_product? tag
        Malware
          Malware_Attacks: tag=malware tag=attack
            action? category? date dest? file_hash? file_name? file_path? sender? severity? severity_id? signature? signature_id? src? url? user? vendor_product? tag
          Malware_Operations: tag=malware tag=operations
            dest? product_version? signature_version? vendor_product? tag
        Updates
          Updates: tag=update tag=status
            dest? dvc? file_hash? file_name? severity? signature? signature_id? status? vendor_product? tag
        Vulnerabilities
          Vulnerabilities: (tag=vulnerability tag=report) OR cve=*
            bugtraq? category? cert? cve? cvss dest? dvc? msft? mskb? severity? severity_id? signature? signature_id? url? user? vendor_product? xref? tag
        Certificates
          All_Certificates: tag=certificate OR ssl_issuer=*
            dest? dest_port duration response_time src? src_port transport? tag
          SSL < All_Certificates: ssl_issuer=* OR tag=ssl
            ssl_issuer? ssl_issuer_common_name? ssl_issuer_email? ssl_issuer_email_domain? ssl_subject? ssl_subject_common_name? ssl_subject_email? ssl_subject_email_domain? ssl_hash? ssl_serial? ssl_version?
        Alerts
          Alerts: tag=alert
            app? body? dest? description? id? severity? severity_id? signature? signature_id? src? subject? type? user? vendor_account? tag
        Application_State
          All_Application_State: tag IN (listening, process, service)
            dest? process? user? tag
        Compute_Inventory
          All_Inventory: tag=inventory
            dest? description? enabled? family? hypervisor_id? serial? status? vendor_product? version? tag
        Data_Access
          Data_Access: tag=data tag=access
            action? app? dest? object? object_category? object_id? object_path? owner? parent_object? src? user? vendor_account? vendor_product? tag
        Databases
          All_Databases: tag=database
            dest? duration object? response_time src? user? vendor_product? tag
        DLP
          DLP_Incidents: tag=dlp tag=incident
            action? app? category? dest? dlp_type? object? object_category? object_path? severity? signature? src? src_user? user? vendor_product? tag
        Event_Signatures
          Signatures: tag=track_event_signatures
            dest? signature? signature_id? vendor_product? tag
        Identity_Management
          All_Identities: tag=identity
            identity? user? category? tag
          All_Assets: tag=asset
            asset? dest? ip? mac? dns? nt_host? category? tag
        JVM
          JVM: tag=jvm
            jvm_description? tag
        Performance
          All_Performance: tag=performance
            dest? resource_type? tag
        Splunk_Audit
          Search_Activity: tag=search tag=splunk
            host? info? search? user? tag
        Ticket_Management
          All_Ticket_Management: tag=ticketing
            affect_dest? comments? description? dest? priority? severity? status? ticket_id? user? tag
        UEBA
          All_UEBA_Events: tag=ueba
            action? category? description? dest? dvc? severity? signature? src? user? vendor_product? tag
          UEBA_Anomalies < All_UEBA_Events: tag=anomaly
            uba_model? uba_model_version?
          UEBA_Threats < All_UEBA_Events: tag=threat
        """;

    private static readonly Dictionary<string, DataModel> Models = DataModelReader.Read(Table).ToDictionary(m => m.Name, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => Models.Keys;

    public static DataModel? Find(string name) => Models.GetValueOrDefault(name);
}
