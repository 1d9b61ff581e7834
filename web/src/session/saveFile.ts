/** Saves bytes or text as a file of the user's. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  // The download has begun when click returns; the address may go in the next task.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
