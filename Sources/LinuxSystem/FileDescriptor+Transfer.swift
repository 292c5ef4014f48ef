import Glibc

extension FileDescriptor {
    /// Reads once, at most `count` bytes, from the file's position.
    ///
    /// - Returns: what there was; empty at the end of the file.
    /// - Throws: the error number of read(2).
    public func read(upTo count: Int) throws(Errno) -> [UInt8] {
        var failure: Errno?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(Errno) {
                initialized = try SystemCall.run { unsafe Glibc.read(rawValue, buffer.baseAddress, count) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads from the file's position to its end.
    ///
    /// - Parameter limit: the most that is accepted, in bytes; a longer file is an error.
    /// - Returns: what there was.
    /// - Throws: the error number of read(2), or `EMSGSIZE` past the limit.
    public func readToEnd(limit: Int = 1 << 30) throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = 4096
        while true {
            let part = try read(upTo: chunk)
            if part.isEmpty { return bytes }
            bytes += part
            if bytes.count > limit { throw .messageTooLong }
            chunk = min(chunk * 2, 1 << 20)
        }
    }

    /// Reads the whole file without moving its position (pread(2)); for files that can seek.
    ///
    /// - Throws: the error number.
    public func contents() throws(Errno) -> [UInt8] {
        var status = stat()
        _ = try SystemCall.run { unsafe fstat(rawValue, &status) }
        var bytes = [UInt8](repeating: 0, count: max(0, Int(status.st_size)))
        var filled = 0
        while filled < bytes.count {
            let rest = bytes.count - filled
            let count = try SystemCall.run {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe pread(rawValue, buffer.baseAddress?.advanced(by: filled), rest, filled)
                }
            }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// Writes all the bytes, in several calls where the kernel takes them in parts.
    ///
    /// - Throws: the error number of write(2); some bytes may have been written then.
    public func write(_ bytes: some Collection<UInt8>) throws(Errno) {
        let bytes = Array(bytes)
        var written = 0
        while written < bytes.count {
            written += try SystemCall.run {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(rawValue, buffer.baseAddress?.advanced(by: written), bytes.count - written)
                }
            }
        }
    }

    /// Cuts off what the file has past a length; does nothing to a file that is no longer.
    ///
    /// - Throws: the error number of fstat(2) or ftruncate(2).
    public func truncate(to length: Int) throws(Errno) {
        var status = stat()
        _ = try SystemCall.run { unsafe fstat(rawValue, &status) }
        guard Int(status.st_size) > length else { return }
        _ = try SystemCall.run { ftruncate(rawValue, length) }
    }

    /// Moves the file's position to its start.
    ///
    /// - Throws: the error number of lseek(2).
    public func rewind() throws(Errno) {
        _ = try SystemCall.run { lseek(rawValue, 0, SEEK_SET) }
    }

    /// Waits until the file is on the disk (fsync(2)).
    ///
    /// - Throws: the error number.
    public func synchronize() throws(Errno) {
        _ = try SystemCall.run { fsync(rawValue) }
    }

    /// Waits until the file has something to read, or its other end closed (poll(2), `POLLIN`).
    ///
    /// - Parameters:
    ///   - deadline: when to give up.
    ///   - wakeUp: ends the wait, too.
    /// - Returns: false when the deadline passed or the wait was ended first.
    /// - Throws: the error number.
    public func waitUntilReadable(until deadline: Deadline, unless wakeUp: WakeUp? = nil) throws(Errno) -> Bool {
        while true {
            // poll(2) passes over a negative number.
            var entries = (
                pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeUp?.descriptor.rawValue ?? -1, events: Int16(POLLIN), revents: 0)
            )
            // Not retried inside: the time that is left must be computed anew.
            let ready = unsafe withUnsafeMutablePointer(to: &entries) { entries in
                unsafe entries.withMemoryRebound(to: pollfd.self, capacity: 2) {
                    unsafe poll($0, 2, deadline.pollMilliseconds)
                }
            }
            if ready > 0 { return entries.0.revents != 0 }
            if ready == 0 && deadline.hasPassed { return false }
            if ready < 0 && Errno.current != .interrupted { throw Errno.current }
        }
    }
}
