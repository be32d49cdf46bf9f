//! The rounds: auction, flash sale, giveaway, and the names of those who buy.

mod auctions;
mod buyers;
mod flash_sales;
mod giveaways;
mod model;
mod random_auctions;
