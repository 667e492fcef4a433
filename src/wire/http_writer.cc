#include "wire/http_writer.h"

#include <array>
#include <charconv>
#include <ctime>

namespace jedlik::wire {
namespace {

std::string_view status_line(int status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 413:
      return "HTTP/1.1 413 Request Entity Too Large\r\n";
    case 415:
      return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 500:
      return "HTTP/1.1 500 Internal Server Error\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    default:
      return {};
  }
}

void append_number(std::string& to, uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

// Two digits, or four.
void append_padded(std::string& to, int number, int digits) {
  for (int unit = digits == 4 ? 1000 : 10; unit > 0; unit /= 10)
    to.push_back(static_cast<char>('0' + number / unit % 10));
}

}  // namespace

void write_head(const HttpResponse& response, std::string_view date, ConnectionFate fate,
                std::string& out) {
  out.clear();
  const std::string_view line = status_line(response.status);
  if (line.empty()) {
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<uint64_t>(response.status));
    out.append(" \r\n");
  } else {
    out.append(line);
  }
  out.append("Server: Jedlik\r\nDate: ").append(date);
  if (!response.content_type.empty())
    out.append("\r\nContent-Type: ").append(response.content_type);
  out.append("\r\nContent-Length: ");
  append_number(out, response.body.size());
  if (fate == ConnectionFate::kCloses) out.append("\r\nConnection: close");
  if (fate == ConnectionFate::kStaysHttp10) out.append("\r\nConnection: keep-alive");
  out.append("\r\n").append(response.headers).append("\r\n");
}

std::string http_date(Timestamp time) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::time_t seconds = time.ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::string text;
  text.reserve(29);
  text.append(kDays.substr(static_cast<size_t>(parts.tm_wday) * 3, 3)).append(", ");
  append_padded(text, parts.tm_mday, 2);
  text.append(" ").append(kMonths.substr(static_cast<size_t>(parts.tm_mon) * 3, 3)).append(" ");
  append_padded(text, parts.tm_year + 1900, 4);
  for (const int part : {parts.tm_hour, parts.tm_min, parts.tm_sec}) {
    text.push_back(text.size() == 16 ? ' ' : ':');
    append_padded(text, part, 2);
  }
  text.append(" GMT");
  return text;
}

}  // namespace jedlik::wire
