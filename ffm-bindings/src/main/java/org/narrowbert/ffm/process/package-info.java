/** What this process asks of its operating system beyond memory: descriptors go in, nothing leaves. */
package org.narrowbert.ffm.process;
