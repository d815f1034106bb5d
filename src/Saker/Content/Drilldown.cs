namespace Saker.Content;

/// <summary>A search that an analyst opens from a risk event or finding.</summary>
/// <param name="Name">With <c>$field$</c> places.</param>
/// <param name="Search">With <c>$field$</c> and <c>%original_detection_search%</c>.</param>
/// <param name="EarliestOffset"><c>$info_min_time$</c>, or an offset such as <c>7d</c>.</param>
/// <param name="LatestOffset"><c>$info_max_time$</c>, or <c>0</c>.</param>
public sealed record Drilldown(string Name, string Search, string EarliestOffset, string LatestOffset);
