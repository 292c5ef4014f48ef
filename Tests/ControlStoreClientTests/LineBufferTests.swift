import Testing

@testable import ControlStoreClient

struct LineBufferTests {
    private static let text = "one\n\ntwo\r\n\r\nthree\nrest"

    @Test(arguments: 1..<24)
    func linesDoNotDependOnHowTheBytesArrive(chunk: Int) {
        var buffer = LineBuffer()
        var lines: [String] = []
        let bytes = Array(Self.text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            buffer.append(bytes[start..<min(bytes.count, start + chunk)])
            while let line = buffer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        #expect(lines == ["one", "two\r", "three"])
        #expect(buffer.pendingCount == 4)
    }

    @Test func takenLinesAreForgotten() {
        var buffer = LineBuffer()
        var count = 0
        for _ in 0..<10_000 {
            buffer.append(Array("0123456789\n01".utf8))
            while buffer.next() != nil { count += 1 }
        }
        #expect(count == 10_000)
        #expect(buffer.pendingCount < 20_000)
    }
}
