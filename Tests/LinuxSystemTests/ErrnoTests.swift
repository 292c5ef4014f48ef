import LinuxSystem
import Testing

struct ErrnoTests {
    @Test(arguments: [
        (Int32(2), "no such file or directory (ENOENT)"), (17, "file exists (EEXIST)"),
        (105, "no buffer space available (ENOBUFS)"), (73, "RFS specific error (EDOTDOT)"),
        (9999, "unknown error (errno 9999)"),
    ])
    func textAndName(number: Int32, text: String) {
        #expect(Errno(rawValue: number).description == text)
    }

    @Test func errorsNameOperationObjectAndReason() {
        #expect(
            LinuxSystemError(.noSuchFileOrDirectory, "open", "/x").description
                == "open /x: no such file or directory (ENOENT)"
        )
        #expect(
            LinuxSystemError(code: .timeout, operation: "lock", object: "/l", detail: "held").description
                == "lock /l: timed out: held"
        )
    }

    @Test func aMissingFileIsNamed() {
        #expect(throws: LinuxSystemError(.noSuchFileOrDirectory, "open", "/nonexistent/weft")) {
            _ = try File.read("/nonexistent/weft")
        }
    }
}
