// `npm start` without install and build, for a checkout whose services are stand-ins.
// argv: the checkout to start, the compiled libs/embedded.
const [root, embedded] = process.argv.slice(2);
const { startRunnel } = require(embedded);

startRunnel({
  root,
  environment: process.env,
  startedAtMs: 0,
  write: (text) => process.stdout.write(text),
}).then((code) => process.exit(code));
