/** The machine and this program on it. In: nothing. Out: what was found, and for all that is amiss what to do about it. */
package org.narrowbert.cli.doctor;
