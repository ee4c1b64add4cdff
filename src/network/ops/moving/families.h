// Operators that move elements or give them other shapes; the table of table.cc names them.
#pragma once

#include "network/ops/operator.h"

namespace sepconv::network {

// shape.cc
Prepared prepare_identity(const Request& request);
Prepared prepare_dropout(const Request& request);
Prepared prepare_reshape(const Request& request);
Prepared prepare_flatten(const Request& request);
Prepared prepare_squeeze(const Request& request);
Prepared prepare_unsqueeze(const Request& request);
Prepared prepare_shape(const Request& request);
Prepared prepare_constant(const Request& request);
Prepared prepare_constant_of_shape(const Request& request);

// move.cc
Prepared prepare_transpose(const Request& request);
Prepared prepare_slice(const Request& request);
Prepared prepare_gather(const Request& request);
Prepared prepare_expand(const Request& request);
Prepared prepare_pad(const Request& request);

// join.cc
Prepared prepare_concat(const Request& request);
Prepared prepare_split(const Request& request);

// resize.cc
Prepared prepare_resize(const Request& request);

}  // namespace sepconv::network
