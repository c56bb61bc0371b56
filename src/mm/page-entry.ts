/**
 * A page-table entry: the frame's number in the low 24 bits and flags above; 0 is none. Frame 0 does not
 * exist, so an entry that maps a frame is never 0.
 */
export const entryFrame = 0x00ff_ffff;
export const entryWritable = 0x0100_0000;
export const entryDirty = 0x0200_0000;

/** The frame of zeros that read faults of anonymous memory share. Never freed, never counted. */
export const zeroFrame = 1;
/** First frame that can be allocated. */
export const firstFrame = 2;

/** Pages that one page-table page maps, and so that one page-table lock guards. */
export const entriesPerTable = 512;
