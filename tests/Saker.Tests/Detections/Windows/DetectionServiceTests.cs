using Saker.Content;
using Saker.Detections.Windows;
using Saker.Spl.Execution;
using Saker.Stores;
using Xunit;

namespace Saker.Tests.Detections.Windows;

public sealed class DetectionServiceTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("saker-service").FullName;
    private readonly TestStore store = new();
    private readonly MemoryStateStore state = new();
    private readonly List<string> told = [];

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Shipped_detections_tell_within_a_second()
    {
        using var service = NewService();
        using var stop = new CancellationTokenSource();
        var running = service.RunAsync(stop.Token);
        await ArriveAsync(service, "a");
        await WaitForAsync(1);
        Assert.Equal(ContentCount(), service.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_disabled_detection_stays_off_after_a_restart()
    {
        var id = Simulation.Seeds("kubernetes_pod_created_in_default_namespace")[0].Detection.Id;
        await EnabledDetections.ChooseAsync(id, isEnabled: false, state, TimeProvider.System, default);
        using var service = NewService();
        await service.TakeAsync([], default);
        Assert.Equal(ContentCount() - 1, service.Count);

        await service.ChooseAsync(id, isEnabled: true, default);
        using var again = NewService();
        await again.TakeAsync([], default);
        Assert.Equal(ContentCount(), again.Count);
    }

    [Fact]
    public async Task What_comes_while_content_changes_is_told()
    {
        var content = Simulation.Library.Value;
        using var service = NewService(() => content);
        using var stop = new CancellationTokenSource();
        var running = service.RunAsync(stop.Token);
        for (var i = 0; i < 5; i++)
        {
            content = ContentLibrary.Load([ContentLibrary.ShippedRoot]);
            await ArriveAsync(service, $"pod-{i}");
            await Task.Delay(600);
        }

        await WaitForAsync(5);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task What_comes_after_a_detection_was_disabled_raises_nothing()
    {
        var id = Simulation.Seeds("kubernetes_pod_created_in_default_namespace")[0].Detection.Id;
        using var service = NewService();
        using var stop = new CancellationTokenSource();
        var running = service.RunAsync(stop.Token);
        await ArriveAsync(service, "before");
        await WaitForAsync(1);
        await service.ChooseAsync(id, isEnabled: false, default);
        await ArriveAsync(service, "after");
        await Task.Delay(1500);
        Assert.Equal(1, Count());
        Assert.Equal(ContentCount() - 1, service.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static int ContentCount() => Simulation.Library.Value.Detections.Count(d => d.Enabled) + Simulation.Library.Value.Baselines.Count;

    private DetectionService NewService(Func<ContentLibrary>? content = null) =>
        new(content ?? (() => Simulation.Library.Value), store, state, [], new WindowSettings(), directory, told.Add);

    private async Task ArriveAsync(DetectionService service, string name)
    {
        IReadOnlyList<ReceivedEvent> events = [WindowRunnerTests.Pod(name, TimeProvider.System.GetUtcNow())];
        await store.InsertAsync(events, "", default);
        await service.TakeAsync(events, default);
    }

    private async Task WaitForAsync(int count)
    {
        for (var i = 0; i < 300 && Count() < count; i++)
        {
            await Task.Delay(20);
        }

        Assert.Equal(count, Count());
    }

    private int Count() => state.ReadAsync(StateTable.RiskEvents, TimeRange.All, default).ToBlockingEnumerable().Count();
}
