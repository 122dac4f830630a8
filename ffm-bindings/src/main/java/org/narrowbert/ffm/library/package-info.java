/** Finding and loading native libraries: a description of what is wanted goes in; a loaded library, or the places looked at, leaves. */
package org.narrowbert.ffm.library;
