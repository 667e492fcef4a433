#pragma once

#include "service/dynamodb/page.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct Scan {
  static constexpr std::string_view kName = "Scan";

  struct Request : PageMembers {
    Field<int32_t> total_segments;
    Field<int32_t> segment;
    ConditionMap scan_filter;

    static constexpr auto shape() {
      return std::tuple_cat(PageMembers::shape(),
                            members(member("TotalSegments", &Request::total_segments,
                                           optional().range(1, limits::kScanSegments)),
                                    member("Segment", &Request::segment,
                                           optional().range(0, limits::kScanSegments - 1)),
                                    member("ScanFilter", &Request::scan_filter)));
    }
  };
  using Response = PageResponse;

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
