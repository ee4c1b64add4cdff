// Operators on single elements; the table of table.cc names them.
#pragma once

#include "network/ops/operator.h"

namespace sepconv::network {

// unary.cc
Prepared prepare_relu(const Request& request);
Prepared prepare_leaky_relu(const Request& request);
Prepared prepare_sigmoid(const Request& request);
Prepared prepare_hard_sigmoid(const Request& request);
Prepared prepare_hard_swish(const Request& request);
Prepared prepare_swish(const Request& request);
Prepared prepare_tanh(const Request& request);
Prepared prepare_erf(const Request& request);
Prepared prepare_gelu(const Request& request);
Prepared prepare_sqrt(const Request& request);
Prepared prepare_exp(const Request& request);
Prepared prepare_neg(const Request& request);
Prepared prepare_clip(const Request& request);

// binary.cc
Prepared prepare_add(const Request& request);
Prepared prepare_sub(const Request& request);
Prepared prepare_mul(const Request& request);
Prepared prepare_div(const Request& request);
Prepared prepare_pow(const Request& request);
Prepared prepare_prelu(const Request& request);
Prepared prepare_min(const Request& request);
Prepared prepare_max(const Request& request);

// cast.cc
Prepared prepare_cast(const Request& request);

}  // namespace sepconv::network
