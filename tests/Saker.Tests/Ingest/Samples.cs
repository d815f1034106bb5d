namespace Saker.Tests.Ingest;

/// <summary>Telemetry of our own, small and true to form.</summary>
internal static class Samples
{
    public const string Audit =
        """{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a-1","stage":"ResponseComplete","requestURI":"/api/v1/pods?limit=5\u0026watch=true","verb":"list","user":{"username":"jane \"the\" admin","groups":["dev"]},"sourceIPs":["10.0.0.9"],"objectRef":{"resource":"pods","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-05-01T10:00:00.000001Z","stageTimestamp":"2026-05-01T10:00:00.123456Z"}""";

    public const string FalcoText =
        "12:18:18.691725165: Notice A shell was spawned in a container with an attached terminal (evt_type=execve user=root user_uid=0 user_loginuid=-1 process=bash proc_exepath=/usr/bin/bash parent=runc command=bash -il terminal=34816 exe_flags=EXE_WRITABLE container_id=7a2566e8e462 container_image=registry.example/shop/web container_image_tag=1.2 container_name=web k8s_ns=shop k8s_pod_name=web-0)";

    public static string FalcoJson(string fields) =>
        """{"hostname":"n1","output":"12:00:00.000000001: Notice A shell was spawned in a container","output_fields":""" + fields
        + ""","priority":"Notice","rule":"Terminal shell in container","source":"syscall","time":"2026-05-01T12:00:00.000000001Z"}""";
}
