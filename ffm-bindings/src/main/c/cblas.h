/*
 * What NarrowBERT calls of a BLAS with the C interface: one product, and what OpenBLAS, MKL and BLIS each have for threads and version.
 * Written for this project after the published interface; a library's own header is not needed and never copied here.
 *
 * NARROWBERT_REAL_HEADERS leaves the types out, so that ../../../check-headers can set the prototypes beside a library's own.
 */
#ifndef NARROWBERT_REAL_HEADERS
#include <stdint.h>

typedef enum { CblasRowMajor = 101 } CBLAS_ORDER;
typedef enum { CblasNoTrans = 111, CblasTrans = 112 } CBLAS_TRANSPOSE;
typedef int32_t blasint;
#define CBLAS_ORDER_TYPE CBLAS_ORDER
#define CBLAS_TRANSPOSE_TYPE CBLAS_TRANSPOSE
#endif

/* C [m, n] = alpha op(A) op(B) + beta C. */
void cblas_sgemm(const CBLAS_ORDER_TYPE order, const CBLAS_TRANSPOSE_TYPE transA, const CBLAS_TRANSPOSE_TYPE transB, const blasint m,
                 const blasint n, const blasint k, const float alpha, const float *a, const blasint lda, const float *b,
                 const blasint ldb, const float beta, float *c, const blasint ldc);

/* OpenBLAS. */
void openblas_set_num_threads(int threads);
int openblas_get_num_threads(void);
char *openblas_get_config(void);

/* Intel MKL. */
#ifndef NARROWBERT_REAL_HEADERS
void MKL_Set_Num_Threads(int threads);
int MKL_Get_Max_Threads(void);
void MKL_Get_Version_String(char *text, int length);

/* BLIS; its dim_t is int64_t unless it was built otherwise. */
void bli_thread_set_num_threads(int64_t threads);
int64_t bli_thread_get_num_threads(void);
const char *bli_info_get_version_str(void);
int64_t bli_info_get_blas_int_type_size(void);
#endif
