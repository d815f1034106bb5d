// Sends one log record and one metric point with OpenTelemetry's own exporters: node otlp.mjs proto|http|grpc ADDRESS TOKEN
import { SeverityNumber } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';

const [form, address, token] = process.argv.slice(2);
const { OTLPLogExporter } = await import(`@opentelemetry/exporter-logs-otlp-${form}`);
const { OTLPMetricExporter } = await import(`@opentelemetry/exporter-metrics-otlp-${form}`);

async function options(path) {
  if (form === 'grpc') {
    const { Metadata } = await import('@grpc/grpc-js');
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    return { url: address, metadata, compression: 'gzip' };
  }

  return { url: `${address}${path}`, headers: { authorization: `Bearer ${token}` }, compression: form === 'proto' ? 'gzip' : 'none' };
}

const resource = resourceFromAttributes({ 'host.name': 'n1', 'k8s.cluster.name': 'blue' });
const logs = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(await options('/v1/logs')) })] });
logs.getLogger('saker').emit({ severityNumber: SeverityNumber.INFO, body: `hello from ${form}`, attributes: { answer: 42 } });
await logs.forceFlush();

const metrics = new MeterProvider({
  resource,
  readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(await options('/v1/metrics')), exportIntervalMillis: 60_000 })],
});
metrics.getMeter('saker').createGauge('process.cpu.utilization').record(0.25, { 'process.pid': 7, 'process.executable.name': 'bash' });
await logs.shutdown();
await metrics.shutdown();
