import CLinuxShims

extension NetworkNamespace {
    /// Does work with the calling thread inside the namespace, and takes the thread back to where it was.
    ///
    /// A thread of its own (`withNetworkNamespace`) costs twenty system calls more; it is for programs in which other work
    /// may come onto the thread meanwhile.
    ///
    /// - Parameter body: what is done; it must not wait for other tasks.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, or the error of entering.
    public func visit<Value>(_ body: () throws -> Value) throws -> Value {
        let home = try NetworkNamespace.current()
        try enterForever()
        let outcome = Result { try body() }
        home.comeBack()
        return try outcome.get()
    }

    /// Enters where the thread has been before.
    ///
    /// A thread that stays where it doesn't belong would change what is not its own: better no program than that one.
    private func comeBack() {
        for _ in 0..<5 where (try? enterForever()) != nil { return }
        fatalError("can't return to network namespace \(name)")
    }
}
