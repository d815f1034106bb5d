// Sends two events with Splunk's own client: node splunk.cjs ADDRESS TOKEN
const { Logger } = require('splunk-logging');

const [address, token] = process.argv.slice(2);
const logger = new Logger({ url: address, token, maxBatchCount: 0 });
logger.error = error => {
  console.error(String(error));
  process.exitCode = 1;
};
logger.send({ message: 'hello from splunk-logging', metadata: { source: 'client', sourcetype: 'app', index: 'main', host: 'n1' } });
logger.send({ message: { answer: 42 } });
logger.flush((error, response, body) => {
  console.log(JSON.stringify(body));
  process.exitCode = error || body.code !== 0 ? 1 : 0;
});
