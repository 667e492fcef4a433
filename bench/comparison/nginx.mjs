// nginx as the ceiling: one worker that gives one answer to everything.
import { work } from './places.mjs';

const description =
  '{"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}}';

/** At `port` everything gets `answer`; at `tablePort` DescribeTable does not, for `jedlik bench`. */
export const nginxConfig = (port, tablePort, answer) => `daemon off; master_process off;
pid ${work}/nginx.pid; error_log stderr;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path ${work}/nginx-body; proxy_temp_path ${work}/nginx-proxy;
  fastcgi_temp_path ${work}/nginx-fastcgi; uwsgi_temp_path ${work}/nginx-uwsgi;
  scgi_temp_path ${work}/nginx-scgi;
  default_type application/x-amz-json-1.0;
  server {
    listen 127.0.0.1:${port};
    location / { return 200 '${answer}'; }
  }
  server {
    listen 127.0.0.1:${tablePort};
    location / {
      if ($http_x_amz_target = DynamoDB_20120810.DescribeTable) { return 200 '${description}'; }
      return 200 '${answer}';
    }
  }
}
`;
