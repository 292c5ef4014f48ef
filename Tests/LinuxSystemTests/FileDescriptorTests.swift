import Glibc
import LinuxSystem
import Testing

struct FileDescriptorTests {
    /// Another thread may take the number at once, so the file behind the number is compared, not the number.
    private func isOpen(_ number: Int32, _ identity: FileIdentity) -> Bool {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { return false }
        return status.st_ino == identity.inode && status.st_dev == identity.device
    }

    @Test func theFileIsClosedWithTheValue() throws {
        var number: Int32 = -1
        var identity: FileIdentity?
        do {
            let file = try FileDescriptor.memory(named: "closing")
            number = file.rawValue
            identity = try file.identity()
            #expect(isOpen(number, try #require(identity)))
        }
        #expect(!isOpen(number, try #require(identity)))
    }

    @Test func aReleasedFileStaysOpen() throws {
        let file = try FileDescriptor.memory(named: "released")
        let identity = try file.identity()
        let number = file.release()
        #expect(isOpen(number, identity))
        _ = FileDescriptor(owning: number)
    }

    @Test func descriptorsAreClosedOnExecution() throws {
        let file = try FileDescriptor.open("/dev/null", .writeOnly)
        let copy = try file.duplicate()
        for number in [file.rawValue, copy.rawValue] { #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0) }
    }

    @Test func aDuplicateIsTheSameFile() throws {
        let file = try FileDescriptor.memory(named: "same")
        let copy = try file.duplicate()
        #expect(try file.identity() == copy.identity())
        #expect(file.rawValue != copy.rawValue)
        #expect(try FileDescriptor.memory(named: "other").identity() != file.identity())
    }

    @Test(arguments: [0, 1, 4096, 300_000])
    func whatIsWrittenIsRead(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let file = try FileDescriptor.memory(named: "content")
        try file.write(bytes)
        #expect(try file.contents() == bytes)
        #expect(try file.readToEnd().isEmpty)
        try file.rewind()
        #expect(try file.readToEnd() == bytes)
    }

    @Test func aFileOverTheLimitIsRefused() throws {
        let file = try FileDescriptor.memory(named: "large")
        try file.write([UInt8](repeating: 1, count: 5000))
        try file.rewind()
        #expect(throws: Errno.messageTooLong) { _ = try file.readToEnd(limit: 4999) }
    }

    @Test func readingAClosedDirectionIsAnError() throws {
        let file = try FileDescriptor.open("/dev/null", .writeOnly)
        #expect(throws: Errno.badFileDescriptor) { _ = try file.read(upTo: 10) }
    }
}
