namespace Saker.Server.Endpoints.Otlp;

/// <summary>The status codes of gRPC that are answered here.</summary>
internal enum GrpcCode
{
    Ok = 0,
    InvalidArgument = 3,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
