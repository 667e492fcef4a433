// The commands of README.md, as they stand there. readme.test.mjs runs them; tests/tree checks that
// there are no others.

export const start = './run';

export const credentials =
  'export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1';

const endpoint = '--endpoint-url http://127.0.0.1:8000';
export const aws = {
  listTables: `aws dynamodb list-tables ${endpoint}`,
  createTable:
    'aws dynamodb create-table --table-name Users ' +
    '--attribute-definitions AttributeName=UserID,AttributeType=S ' +
    `--key-schema AttributeName=UserID,KeyType=HASH --billing-mode PAY_PER_REQUEST ${endpoint}`,
  putItem:
    'aws dynamodb put-item --table-name Users ' +
    `--item '{"UserID": {"S": "101"}, "Name": {"S": "Alex"}}' ${endpoint}`,
  query:
    'aws dynamodb query --table-name Users --key-condition-expression "UserID = :id" ' +
    `--expression-attribute-values '{":id":{"S":"101"}}' ${endpoint}`,
  deleteItem: `aws dynamodb delete-item --table-name Users --key '{"UserID": {"S": "101"}}' ${endpoint}`,
};

export const cities = '(cd examples/cities && npm ci && node cities.mjs)';

export const bench = 'build/release/jedlik bench a --duration 5 --endpoint http://127.0.0.1:8000';

// Running it here would run this test again: readme.test.mjs runs one of its stages.
export const tests = './test';

export const readmeCommands = [start, credentials, ...Object.values(aws), cities, tests, bench];
