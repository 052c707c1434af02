// SPDX-License-Identifier: Apache-2.0

// Gateway is rclone with what the tests need of it: "serve s3" on top of Storj.
package main

import (
	_ "github.com/rclone/rclone/backend/combine"
	_ "github.com/rclone/rclone/backend/storj"
	"github.com/rclone/rclone/cmd"
	_ "github.com/rclone/rclone/cmd/serve/s3"
)

func main() { cmd.Main() }
