import Glibc
import LinuxSystem
import Testing

struct WakeUpTests {
    private struct Pipe: ~Copyable {
        let reading: FileDescriptor
        let writing: FileDescriptor

        init() throws {
            var ends: [Int32] = [-1, -1]
            _ = try SystemCall.run { unsafe Glibc.pipe(&ends) }
            reading = FileDescriptor(owning: ends[0])
            writing = FileDescriptor(owning: ends[1])
        }
    }

    @Test func itEndsAWaitWithoutADeadlineAndEveryLaterOne() throws {
        let pipe = try Pipe()
        let wakeUp = try WakeUp()
        let thread = try DedicatedThread.start(name: "raiser") { wakeUp.raise() }
        #expect(try !pipe.reading.waitUntilReadable(until: .never, unless: wakeUp))
        #expect(try !pipe.reading.waitUntilReadable(until: .never, unless: wakeUp))
        thread.join()
    }

    @Test func whatIsThereToReadIsToldEvenThen() throws {
        let pipe = try Pipe()
        let wakeUp = try WakeUp()
        wakeUp.raise()
        try pipe.writing.write([1])
        #expect(try pipe.reading.waitUntilReadable(until: .never, unless: wakeUp))
    }

    @Test func withoutItTheDeadlineHolds() throws {
        let pipe = try Pipe()
        let wakeUp = try WakeUp()
        #expect(try !pipe.reading.waitUntilReadable(until: .now, unless: wakeUp))
    }
}
