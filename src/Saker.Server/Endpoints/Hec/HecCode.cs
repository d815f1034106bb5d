using Microsoft.AspNetCore.Http;

namespace Saker.Server.Endpoints.Hec;

/// <summary>HEC's own answers: clients compare the numbers, and some the texts.</summary>
internal sealed record HecCode(int Number, int Status, string Text)
{
    public static readonly HecCode Success = new(0, StatusCodes.Status200OK, "Success");
    public static readonly HecCode TokenDisabled = new(1, StatusCodes.Status403Forbidden, "Token disabled");
    public static readonly HecCode TokenRequired = new(2, StatusCodes.Status401Unauthorized, "Token is required");
    public static readonly HecCode InvalidAuthorization = new(3, StatusCodes.Status401Unauthorized, "Invalid authorization");
    public static readonly HecCode InvalidToken = new(4, StatusCodes.Status403Forbidden, "Invalid token");
    public static readonly HecCode NoData = new(5, StatusCodes.Status400BadRequest, "No data");
    public static readonly HecCode InvalidFormat = new(6, StatusCodes.Status400BadRequest, "Invalid data format");
    public static readonly HecCode IncorrectIndex = new(7, StatusCodes.Status400BadRequest, "Incorrect index");
    public static readonly HecCode InternalError = new(8, StatusCodes.Status500InternalServerError, "Internal server error");
    public static readonly HecCode Busy = new(9, StatusCodes.Status503ServiceUnavailable, "Server is busy");
    public static readonly HecCode ChannelMissing = new(10, StatusCodes.Status400BadRequest, "Data channel is missing");
    public static readonly HecCode InvalidChannel = new(11, StatusCodes.Status400BadRequest, "Invalid data channel");
    public static readonly HecCode EventRequired = new(12, StatusCodes.Status400BadRequest, "Event field is required");
    public static readonly HecCode EventBlank = new(13, StatusCodes.Status400BadRequest, "Event field cannot be blank");
    public static readonly HecCode AckDisabled = new(14, StatusCodes.Status400BadRequest, "ACK is disabled");
    public static readonly HecCode InvalidFields = new(15, StatusCodes.Status400BadRequest, "Error in handling indexed fields");
    public static readonly HecCode QueryNotEnabled = new(16, StatusCodes.Status400BadRequest, "Query string authorization is not enabled");
    public static readonly HecCode Healthy = new(17, StatusCodes.Status200OK, "HEC is healthy");
    public static readonly HecCode QueuesFull = new(18, StatusCodes.Status503ServiceUnavailable, "HEC is unhealthy, queues are full");

    /// <summary>A body beyond the limit. Clients go by the status here: they cut the batch in two.</summary>
    public static readonly HecCode TooLarge = new(27, StatusCodes.Status413PayloadTooLarge, "Request entity too large");

    /// <summary>A Content-Encoding that is not read.</summary>
    public static readonly HecCode UnknownEncoding = InvalidFormat with { Status = StatusCodes.Status415UnsupportedMediaType };
}
