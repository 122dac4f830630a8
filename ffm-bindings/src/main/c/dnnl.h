/*
 * What NarrowBERT calls of oneDNN, version 3 of its C interface: an engine, a stream, matrices, products and conversions.
 * Written for this project after the published interface; the library's own header is not needed and never copied here.
 *
 * NARROWBERT_REAL_HEADERS leaves the types out, so that ../../../check-headers can set the prototypes beside the library's own.
 */
#ifndef NARROWBERT_REAL_HEADERS
#include <stddef.h>
#include <stdint.h>

typedef enum {
    dnnl_success = 0,
    dnnl_out_of_memory = 1,
    dnnl_invalid_arguments = 2,
    dnnl_unimplemented = 3,
    dnnl_runtime_error = 5
} dnnl_status_t;

typedef enum { dnnl_bf16 = 2, dnnl_f32 = 3, dnnl_s32 = 4, dnnl_s8 = 5, dnnl_u8 = 6 } dnnl_data_type_t;
typedef enum { dnnl_cpu = 1 } dnnl_engine_kind_t;
typedef enum { dnnl_stream_in_order = 1 } dnnl_stream_flags_t;
typedef enum { dnnl_query_impl_info_str = 8, dnnl_query_scratchpad_md = 136 } dnnl_query_t;
typedef enum { dnnl_scratchpad_mode_user = 1 } dnnl_scratchpad_mode_t;
typedef enum {
    dnnl_cpu_isa_avx2_vnni = 0xf,
    dnnl_cpu_isa_avx512_core_vnni = 0x67,
    dnnl_cpu_isa_avx512_core_bf16 = 0xe7
} dnnl_cpu_isa_t;

enum { DNNL_ARG_SRC = 1, DNNL_ARG_DST = 17, DNNL_ARG_WEIGHTS = 33, DNNL_ARG_SCRATCHPAD = 80 };

typedef struct {
    int major;
    int minor;
    int patch;
    const char *hash;
    unsigned cpu_runtime;
    unsigned gpu_runtime;
} dnnl_version_t;

typedef int64_t dnnl_dim_t;
typedef dnnl_dim_t dnnl_dims_t[12];
typedef void *dnnl_engine_t;
typedef void *dnnl_stream_t;
typedef void *dnnl_memory_desc_t;
typedef const void *const_dnnl_memory_desc_t;
typedef void *dnnl_memory_t;
typedef void *dnnl_post_ops_t;
typedef const void *const_dnnl_post_ops_t;
typedef void *dnnl_primitive_attr_t;
typedef const void *const_dnnl_primitive_attr_t;
typedef void *dnnl_primitive_desc_t;
typedef const void *const_dnnl_primitive_desc_t;
typedef void *dnnl_primitive_t;
typedef const void *const_dnnl_primitive_t;

typedef struct {
    int arg;
    dnnl_memory_t memory;
} dnnl_exec_arg_t;
#endif

const dnnl_version_t *dnnl_version(void);
dnnl_cpu_isa_t dnnl_get_effective_cpu_isa(void);

dnnl_status_t dnnl_engine_create(dnnl_engine_t *engine, dnnl_engine_kind_t kind, size_t index);
dnnl_status_t dnnl_engine_destroy(dnnl_engine_t engine);
dnnl_status_t dnnl_stream_create(dnnl_stream_t *stream, dnnl_engine_t engine, unsigned flags);
dnnl_status_t dnnl_stream_wait(dnnl_stream_t stream);
dnnl_status_t dnnl_stream_destroy(dnnl_stream_t stream);

dnnl_status_t dnnl_memory_desc_create_with_strides(dnnl_memory_desc_t *desc, int ndims, const dnnl_dims_t dims,
                                                   dnnl_data_type_t type, const dnnl_dims_t strides);
dnnl_status_t dnnl_memory_desc_destroy(dnnl_memory_desc_t desc);
size_t dnnl_memory_desc_get_size(const_dnnl_memory_desc_t desc);
dnnl_status_t dnnl_memory_create(dnnl_memory_t *memory, const_dnnl_memory_desc_t desc, dnnl_engine_t engine, void *handle);
dnnl_status_t dnnl_memory_set_data_handle(dnnl_memory_t memory, void *handle);
dnnl_status_t dnnl_memory_destroy(dnnl_memory_t memory);

dnnl_status_t dnnl_post_ops_create(dnnl_post_ops_t *ops);
dnnl_status_t dnnl_post_ops_append_sum(dnnl_post_ops_t ops, float scale, int32_t zero_point, dnnl_data_type_t type);
dnnl_status_t dnnl_post_ops_destroy(dnnl_post_ops_t ops);
dnnl_status_t dnnl_primitive_attr_create(dnnl_primitive_attr_t *attr);
dnnl_status_t dnnl_primitive_attr_set_post_ops(dnnl_primitive_attr_t attr, const_dnnl_post_ops_t ops);
dnnl_status_t dnnl_primitive_attr_set_scratchpad_mode(dnnl_primitive_attr_t attr, dnnl_scratchpad_mode_t mode);
dnnl_status_t dnnl_primitive_attr_destroy(dnnl_primitive_attr_t attr);

dnnl_status_t dnnl_matmul_primitive_desc_create(dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const_dnnl_memory_desc_t src,
                                                const_dnnl_memory_desc_t weights, const_dnnl_memory_desc_t bias,
                                                const_dnnl_memory_desc_t dst, const_dnnl_primitive_attr_t attr);
dnnl_status_t dnnl_reorder_primitive_desc_create(dnnl_primitive_desc_t *desc, const_dnnl_memory_desc_t src,
                                                 dnnl_engine_t src_engine, const_dnnl_memory_desc_t dst,
                                                 dnnl_engine_t dst_engine, const_dnnl_primitive_attr_t attr);
dnnl_status_t dnnl_primitive_desc_query(const_dnnl_primitive_desc_t desc, dnnl_query_t what, int index, void *result);
const_dnnl_memory_desc_t dnnl_primitive_desc_query_md(const_dnnl_primitive_desc_t desc, dnnl_query_t what, int index);
dnnl_status_t dnnl_primitive_desc_destroy(dnnl_primitive_desc_t desc);
dnnl_status_t dnnl_primitive_create(dnnl_primitive_t *primitive, const_dnnl_primitive_desc_t desc);
dnnl_status_t dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream, int nargs, const dnnl_exec_arg_t *args);
dnnl_status_t dnnl_primitive_destroy(dnnl_primitive_t primitive);

/* The threads that oneDNN built on GNU's OpenMP computes with; the setting is that of the calling thread. */
#ifndef NARROWBERT_REAL_HEADERS
void omp_set_num_threads(int threads);
#endif
