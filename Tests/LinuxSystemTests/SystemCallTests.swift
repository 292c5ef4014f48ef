import Glibc
import LinuxSystem
import Testing

struct SystemCallTests {
    @Test func interruptedCallsAreMadeAgain() throws {
        var calls = 0
        let result = try SystemCall.run { () -> Int32 in
            calls += 1
            errno = EINTR
            return calls < 3 ? -1 : 7
        }
        #expect(result == 7)
        #expect(calls == 3)
    }

    @Test func otherFailuresAreThrownAtOnce() {
        var calls = 0
        #expect(throws: LinuxSystemError(.busy, "try", "it")) {
            _ = try SystemCall.run("try", "it") { () -> Int32 in
                calls += 1
                errno = EBUSY
                return -1
            }
        }
        #expect(calls == 1)
    }

    @Test func aCallThatMustNotBeRepeatedIsNot() {
        var calls = 0
        #expect(throws: Errno.interrupted) {
            _ = try SystemCall.runOnce { () -> Int32 in
                calls += 1
                errno = EINTR
                return -1
            }
        }
        #expect(calls == 1)
    }
}
