/* Room on the disk for a ZIP out of another ZIP, so that memory does not grow with what it opens
 * to: files without a name. The program that shuts itself in opens them before, and has no folder
 * for temporary files inside. */
#ifndef CL_SCRATCH_H
#define CL_SCRATCH_H

/* Open as many as are needed at once, in TMPDIR or where such files lie; as far as there is room.
 */
void cl_scratch_prepare(void);
/* An empty one, to write and to read; opened now if none was before. −1: there is none. */
int cl_scratch_take(void);
/* Emptied, for the next. */
void cl_scratch_give(int fd);

#endif
