import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A journey: its milestones in ms, 0 for not yet, and the verdicts so far; JSON by its fields. */
public final class Visit {
  public String section = "";
  public String service = "";
  public String channel = "";
  public String complexity = "";
  public String counter = "";
  public String clerk = "";
  public String wait_promise = "";
  public String wait_status = "";
  public String filing_status = "";
  public long issued_at;
  public long appointment_at;
  public long checked_in_at;
  public long called_at;
  public long session_started_at;
  public long identity_check_started_at;
  public long identity_check_passed_at;
  public long materials_submitted_at;
  public long served_at;
  public long wait_ms;
  public long filing_ms;

  /** State as bytes, much smaller and sooner read than JSON. For one stream thread. */
  static final class Bytes {
    private final ByteBuffer buffer = ByteBuffer.allocate(4_096);

    byte[] write(Visit visit) {
      if (visit == null) {
        return null;
      }
      buffer.clear();
      put(visit.section, visit.service, visit.channel, visit.complexity, visit.counter);
      put(visit.clerk, visit.wait_promise, visit.wait_status, visit.filing_status);
      buffer.putLong(visit.issued_at).putLong(visit.appointment_at).putLong(visit.checked_in_at);
      buffer.putLong(visit.called_at).putLong(visit.session_started_at);
      buffer.putLong(visit.identity_check_started_at).putLong(visit.identity_check_passed_at);
      buffer.putLong(visit.materials_submitted_at).putLong(visit.served_at);
      buffer.putLong(visit.wait_ms).putLong(visit.filing_ms).flip();
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }

    static Visit read(byte[] bytes) {
      if (bytes == null) {
        return null;
      }
      ByteBuffer from = ByteBuffer.wrap(bytes);
      Visit visit = new Visit();
      visit.section = text(from);
      visit.service = text(from);
      visit.channel = text(from);
      visit.complexity = text(from);
      visit.counter = text(from);
      visit.clerk = text(from);
      visit.wait_promise = text(from);
      visit.wait_status = text(from);
      visit.filing_status = text(from);
      visit.issued_at = from.getLong();
      visit.appointment_at = from.getLong();
      visit.checked_in_at = from.getLong();
      visit.called_at = from.getLong();
      visit.session_started_at = from.getLong();
      visit.identity_check_started_at = from.getLong();
      visit.identity_check_passed_at = from.getLong();
      visit.materials_submitted_at = from.getLong();
      visit.served_at = from.getLong();
      visit.wait_ms = from.getLong();
      visit.filing_ms = from.getLong();
      return visit;
    }

    private void put(String... texts) {
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.putShort((short) bytes.length).put(bytes);
      }
    }

    private static String text(ByteBuffer from) {
      int length = from.getShort();
      String text = new String(from.array(), from.position(), length, StandardCharsets.UTF_8);
      from.position(from.position() + length);
      return text;
    }
  }
}
