import CLinuxShims
import Glibc
import Synchronization

/// A process that this one started.
///
/// It is addressed through its pidfd, so no other process can be meant by mistake.
///
/// A value that goes away before the process was waited for kills it and waits, so that no zombie is left, unless it
/// was told to let go.
public final class ChildProcess: Sendable {
    /// Its process id.
    public let pid: Int32
    /// What was started, for messages.
    public let commandLine: String

    private let handle: FileDescriptor
    private let output: FileDescriptor?
    private let messages: FileDescriptor?
    private let leadsGroup: Bool
    private let reaped = ReapedStatus()
    private let isLetGo = Atomic(false)

    init(
        pid: Int32,
        command: ProcessCommand,
        handle: consuming FileDescriptor,
        output: consuming FileDescriptor?,
        messages: consuming FileDescriptor?
    ) {
        self.pid = pid
        self.commandLine = command.commandLine
        self.handle = handle
        self.output = output
        self.messages = messages
        self.leadsGroup = command.startsProcessGroup
    }

    deinit {
        if reaped.status == nil && !isLetGo.load(ordering: .relaxed) {
            _ = weft_pidfd_send_signal(handle.rawValue, SIGKILL)
            _ = try? wait(until: .never)
        }
    }

    /// Lets it live on after this value: it is neither killed nor waited for any more.
    public func letGo() { isLetGo.store(true, ordering: .relaxed) }

    /// How it ended, or nil while it runs.
    ///
    /// - Throws: the error of waitid(2).
    public func poll() throws(LinuxSystemError) -> ExitStatus? {
        try reaped.update(handle: handle.rawValue, object: description)
    }

    /// Waits for its end.
    ///
    /// - Returns: how it ended; nil when the deadline passed first.
    /// - Throws: the error of poll(2) or waitid(2).
    public func wait(until deadline: Deadline) throws(LinuxSystemError) -> ExitStatus? {
        while true {
            if let status = try poll() { return status }
            do {
                guard try handle.waitUntilReadable(until: deadline) else { return nil }
            } catch {
                throw LinuxSystemError(error, "wait for", description)
            }
        }
    }

    /// Sends it a signal, or its whole group when it leads one.
    ///
    /// - Parameter signal: `SIGTERM`, ...
    /// - Returns: false when it has ended already.
    /// - Throws: the error of the call.
    @discardableResult
    public func send(signal: Int32) throws(LinuxSystemError) -> Bool {
        do throws(Errno) {
            if leadsGroup {
                // Its number stays taken until it is reaped, so the group is still the one that it leads.
                if reaped.status != nil { return false }
                _ = try SystemCall.run { kill(-pid, signal) }
            } else {
                _ = try SystemCall.run { weft_pidfd_send_signal(handle.rawValue, signal) }
            }
            return true
        } catch  where error == .noSuchProcess {
            return false
        } catch {
            throw LinuxSystemError(error, "send signal \(signal) to", description)
        }
    }

    /// Ends it: SIGTERM, and SIGKILL after a grace period, then waits for its end.
    ///
    /// - Parameter grace: the time between the two; with zero it is killed at once.
    /// - Returns: how it ended.
    /// - Throws: the error of signalling or waiting.
    @discardableResult
    public func stop(grace: Duration = .seconds(3)) throws(LinuxSystemError) -> ExitStatus {
        if let status = try poll() { return status }
        if grace > .zero {
            try send(signal: SIGTERM)
            if let status = try wait(until: .after(grace)) { return status }
        }
        try send(signal: SIGKILL)
        guard let status = try wait(until: .never) else {
            throw LinuxSystemError(code: .timeout, operation: "wait for", object: description)
        }
        return status
    }

    /// What it has written to its captured output so far; empty when the output is not captured.
    ///
    /// - Throws: the error of reading it.
    public func capturedOutput() throws(LinuxSystemError) -> [UInt8] {
        guard output != nil else { return [] }
        return try contents(of: output)
    }

    /// What it has written to its captured standard error so far; empty when that is not captured.
    ///
    /// - Throws: the error of reading it.
    public func capturedMessages() throws(LinuxSystemError) -> [UInt8] {
        guard messages != nil else { return [] }
        return try contents(of: messages)
    }

    private func contents(of file: borrowing FileDescriptor?) throws(LinuxSystemError) -> [UInt8] {
        do {
            return try file?.contents() ?? []
        } catch {
            throw LinuxSystemError(error, "read output of", description)
        }
    }
}

extension ChildProcess: CustomStringConvertible {
    /// "sleep 10 (pid 4711)".
    public var description: String { "\(commandLine) (pid \(pid))" }
}
