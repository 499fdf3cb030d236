// The candidate's portrait, for this seat's token only.

/** As a data address; nothing when there is none or no line. */
export async function portraitOf(token: string): Promise<string | null> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch("/api/sittings/photo", { headers }).catch(() => null);
  if (!response?.ok) return null;
  const body = await response.blob();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(body);
  });
}
