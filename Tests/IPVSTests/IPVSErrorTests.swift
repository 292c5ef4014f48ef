import IPVS
import LinuxSystem
import Testing

/// What a reader of an error gets to see.
struct IPVSErrorTests {
    @Test func oneLineNamesWhatWhereAndWhy() {
        let refused = IPVSError(
            .kernel,
            errno: Errno(rawValue: 12),
            operation: "add virtual server",
            object: "TCP 10.96.0.1:80"
        )
        #expect("\(refused)" == "add virtual server TCP 10.96.0.1:80: cannot allocate memory (ENOMEM)")
        let helped = IPVSError(.unsupported, errno: .noSuchFileOrDirectory, operation: "open", text: "load it")
        #expect("\(helped)" == "open: load it (ENOENT)")
        #expect("\(IPVSError(.timeout))" == "timeout")
    }
}
