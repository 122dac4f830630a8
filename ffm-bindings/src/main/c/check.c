/* Compiles where each prototype and constant of ours is the library's own: ../../../check-headers says how. */
#define NARROWBERT_REAL_HEADERS
#define SAME(name, value) _Static_assert((name) == (value), #name)
#ifdef CHECK_CBLAS
#include <cblas.h>
#define CBLAS_ORDER_TYPE enum CBLAS_ORDER
#define CBLAS_TRANSPOSE_TYPE enum CBLAS_TRANSPOSE
#include "./cblas.h"
SAME(CblasRowMajor, 101);
SAME(CblasNoTrans, 111);
SAME(CblasTrans, 112);
SAME(sizeof(blasint), 4);
#endif
#ifdef CHECK_DNNL
#include <oneapi/dnnl/dnnl.h>
#include "./dnnl.h"
SAME(dnnl_success, 0);
SAME(dnnl_out_of_memory, 1);
SAME(dnnl_invalid_arguments, 2);
SAME(dnnl_unimplemented, 3);
SAME(dnnl_runtime_error, 5);
SAME(dnnl_bf16, 2);
SAME(dnnl_f32, 3);
SAME(dnnl_s32, 4);
SAME(dnnl_s8, 5);
SAME(dnnl_u8, 6);
SAME(dnnl_cpu, 1);
SAME(dnnl_stream_in_order, 1);
SAME(dnnl_query_impl_info_str, 8);
SAME(dnnl_query_scratchpad_md, 136);
SAME(dnnl_scratchpad_mode_user, 1);
SAME(dnnl_cpu_isa_avx2_vnni, 0xf);
SAME(dnnl_cpu_isa_avx512_core_vnni, 0x67);
SAME(dnnl_cpu_isa_avx512_core_bf16, 0xe7);
SAME(DNNL_ARG_SRC, 1);
SAME(DNNL_ARG_DST, 17);
SAME(DNNL_ARG_WEIGHTS, 33);
SAME(DNNL_ARG_SCRATCHPAD, 80);
SAME(sizeof(dnnl_version_t), 32);
SAME(sizeof(dnnl_exec_arg_t), 16);
SAME(sizeof(dnnl_dims_t), 96);
#endif
