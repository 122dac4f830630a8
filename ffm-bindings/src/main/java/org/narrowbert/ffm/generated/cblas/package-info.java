/** Bindings of src/main/c/cblas.h, made by jextract (ffm-bindings/regenerate): never edited, wrapped by hand-written classes. */
@NullUnmarked
package org.narrowbert.ffm.generated.cblas;

import org.jspecify.annotations.NullUnmarked;
