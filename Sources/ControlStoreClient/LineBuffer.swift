/// Cuts a stream of bytes into lines; every byte is looked at once.
struct LineBuffer {
    /// Longest line that is kept: Kubernetes objects end far below.
    static let longestLine = 64 << 20

    private var bytes: [UInt8] = []
    private var start = 0
    private var scanned = 0

    /// Bytes of a line whose end hasn't come yet.
    var pendingCount: Int { bytes.count - start }

    mutating func append(_ chunk: some Collection<UInt8>) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: start < 1 << 20)
            start = 0
            scanned = 0
        } else if start > bytes.count / 2 {
            bytes.removeFirst(start)
            scanned -= start
            start = 0
        }
        bytes.append(contentsOf: chunk)
    }

    /// The next whole line without its line feed; empty lines are skipped.
    mutating func next() -> ArraySlice<UInt8>? {
        while let end = bytes[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[start..<end]
            start = end + 1
            scanned = start
            if line.contains(where: { $0 != UInt8(ascii: "\r") }) { return line }
        }
        scanned = bytes.count
        return nil
    }
}
