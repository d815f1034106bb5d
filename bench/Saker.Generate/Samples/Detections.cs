namespace Saker.Generate.Samples;

/// <summary>The five detections, by their names.</summary>
internal static class Detections
{
    public const string AccessScanning = "Kubernetes Access Scanning";
    public const string PodCreated = "Kubernetes Pod Created in Default Namespace";
    public const string ImagePulling = "Kubernetes Suspicious Image Pulling";
    public const string FalcoShell = "Kubernetes Falco Shell Spawned";
    public const string NodeShell = "Kubernetes Shell Running on Worker Node";
}
