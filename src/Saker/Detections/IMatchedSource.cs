using Saker.Spl.Execution;

namespace Saker.Detections;

/// <summary>The events that the requests of some searches want, collected beforehand: each has a number by which rows name it as evidence.</summary>
internal interface IMatchedSource : IEventSource
{
    /// <summary>One event, by its number.</summary>
    Event Read(long ordinal);

    /// <summary>The time of one event, nanoseconds since 1970: known without reading it.</summary>
    long TimeOf(long ordinal);
}
